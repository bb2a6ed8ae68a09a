import GhostModel
import GhostServer

extension ServerPlan {
    /// The certificate and key of the section `tls`, read and held against each other; nil if there is none.
    func identity() throws(GhostFailure) -> TLSIdentity? {
        guard let tls else { return nil }
        do throws(TLSFault) {
            return try TLSIdentity(tls)
        } catch {
            throw GhostFailure(.configuration, "\(error)")
        }
    }
}
