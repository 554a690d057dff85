"""Ways a message leaves. Each module offers a `digest.ports.Post`."""

import sys

# botocore loads pyOpenSSL where it is installed, only to step past it, which costs every sender
# 9 MB. `None` tells Python that there is no such module (its reference, "The module cache").
sys.modules.setdefault("urllib3.contrib.pyopenssl", None)  # type: ignore[arg-type]
