import GhostServer
import GhostSystem
import Logging

/// The file that holds the token of a project, readable by its owner only.
enum AccessTokenFile {
    /// The token in the file, or a new one if there is none.
    ///
    /// Without a token nothing can be changed over TCP; that is said and is no reason not to supervise.
    static func openOrCreate(_ path: String, logger: Logger) -> AccessToken? {
        do throws(SystemCallFailure) {
            if let text = try AtomicFile.read(path, limit: 256) {
                let line = text.prefix { !$0.isWhitespace }
                if let token = AccessToken(line) { return token }
                logger.warning(
                    "\(path) holds no token; delete it to get a new one. Until then nothing is changed over TCP"
                )
                return nil
            }
            let text = AccessToken.newText()
            try AtomicFile.replace(path, with: text + "\n")
            return AccessToken(text)
        } catch {
            logger.warning("there is no token, so nothing is changed over TCP: \(error)")
            return nil
        }
    }
}
