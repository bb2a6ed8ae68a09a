public import GhostModel
import HummingbirdCore
import HummingbirdTLS
import NIOSSL

/// The certificate and key that a listener shows.
public struct TLSIdentity: Sendable {
    let configuration: TLSConfiguration

    /// Reads the files, so that a mistake is found before anything is bound.
    public init(_ files: TLSFiles) throws(TLSFault) {
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMFile(files.certificate)
        } catch {
            throw TLSFault(file: files.certificate, what: "certificate", reason: "\(error)")
        }
        guard !certificates.isEmpty else {
            throw TLSFault(file: files.certificate, what: "certificate", reason: "there is none in it")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: files.key, format: .pem)
        } catch {
            throw TLSFault(file: files.key, what: "private key", reason: "\(error)")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSFault(file: files.key, what: "private key", reason: "it does not fit the certificate: \(error)")
        }
        self.configuration = configuration
    }

    /// The channel with encryption around it.
    func wrapping<Base: ServerChildChannel>(_ base: Base) throws -> TLSChannel<Base> {
        try TLSChannel(base, tlsConfiguration: configuration)
    }
}

/// Why a certificate cannot be shown.
public struct TLSFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file that it lies in.
    public var file: String
    /// What should be in the file.
    public var what: String
    public var reason: String

    public var description: String {
        "\(file) cannot be used as the \(what) of server.tls (\(reason)); it must be a PEM file that this user may read"
    }
}
