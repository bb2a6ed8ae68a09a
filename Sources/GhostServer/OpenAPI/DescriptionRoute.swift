import GhostModel
import HTTPTypes
import Hummingbird

/// `/openapi.json`: what there is to ask, for programs.
struct DescriptionRoute: Sendable {
    let sources: APISources

    func add(to router: Router<APIContext>) {
        let document = APIDescription.document(version: sources.version, isSupervising: sources.control != nil)
        router.get("/openapi.json") { _, _ in try Response.json(document) }
    }
}
