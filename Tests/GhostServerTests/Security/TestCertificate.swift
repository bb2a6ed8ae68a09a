/// A certificate of nobody for localhost, and its key; good for tests and nothing else.
enum TestCertificate {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUGv6MnIpAGxDqw3YHYGttsoFEeqAwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzAxMTE1M1oYDzIxMjYxMDMw
        MDExMTUzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAR+fRPf9iW/22OLGp8HNSfZZYhCrRt6JPU4bMNRQ28XLPd9LAz+dN31
        IxTXsLUeBWDFRlN58Sqby4i3Wp/DpxMJo28wbTAdBgNVHQ4EFgQUbGpp21mxahH8
        4jx1Non9cs5FdWEwHwYDVR0jBBgwFoAUbGpp21mxahH84jx1Non9cs5FdWEwDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSAAwRQIhANxK/dGsa3lV2hbmxHoRMcP959OjmA4vEq7rLnpgZABfAiAR
        /pcyDGSTLA+GaVr2miAh3jQb+E2Va2wXgexYKvFfXg==
        -----END CERTIFICATE-----
        """

    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg6+U5tXQl8orXbiIv
        HZmu7FfFJU7ZjFWBAjrKMojv39KhRANCAAR+fRPf9iW/22OLGp8HNSfZZYhCrRt6
        JPU4bMNRQ28XLPd9LAz+dN31IxTXsLUeBWDFRlN58Sqby4i3Wp/DpxMJ
        -----END PRIVATE KEY-----
        """
}
