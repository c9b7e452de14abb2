# SPDX-License-Identifier: BSD-3-Clause
"""Who asks a stentord over TCP: curl, with its tokens and the certificate that it shows."""

import subprocess

from suite import check_equal

ADDRESS = "127.0.0.1"
PORT = 8067
READ = "read-token-of-a-test-0123456789abcdef"
WRITE = "write-token-of-a-test-0123456789abcdef"


class OverTcp:
    """Files of the lab's own; what `control` says of them; and curl, in the server's namespace."""

    def __init__(self, lab):
        self.lab = lab
        self.certificate = lab.folder / "api.crt"
        self.key = lab.folder / "api.key"
        self.read_file = self.secret("read.token", READ + "\n")
        self.write_file = self.secret("write.token", WRITE + "\n")
        self.url = f"https://{ADDRESS}:{PORT}"
        self.make_certificate()

    def make_certificate(self):
        """Another one, in the same files."""
        subprocess.run(["openssl", "req", "-x509", "-nodes", "-days", "2", "-newkey", "ec",
                        "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=stentor",
                        "-addext", f"subjectAltName=IP:{ADDRESS}",
                        "-keyout", self.key, "-out", self.certificate],
                       check=True, capture_output=True)
        self.key.chmod(0o600)

    def secret(self, name, text):
        path = self.lab.folder / name
        path.touch(mode=0o600)
        path.write_text(text)
        return path

    def tls(self):
        return f", tls: {{cert: {self.certificate}, key: {self.key}}}"

    def tokens(self):
        return f"tokens: {{read: {self.read_file}, write: {self.write_file}}}"

    def control(self, address=ADDRESS, tls=True):
        """To stand behind the control socket."""
        return (f", http: {{address: {address}:{PORT}{self.tls() if tls else ''}}}, "
                f"{self.tokens()}")

    def curl(self, path, *more, token=None):
        """(status, headers and body)."""
        shown = ["--header", f"Authorization: Bearer {token}"] if token else []
        result = self.lab.server("curl", "--silent", "--show-error", "--include", "--max-time", 10,
                                 "--cacert", self.certificate, "--write-out", "\n%{http_code}",
                                 *shown, *more, self.url + path)
        said, status = result.stdout.rsplit("\n", 1)
        return int(status), said

    def status(self, path, *more, token=None):
        return self.curl(path, *more, token=token)[0]

    def get(self, path, token):
        status, said = self.curl(path, token=token)
        check_equal(status, 200, f"HTTP status of {path} over TCP")
        return said.split("\n\n", 1)[1]
