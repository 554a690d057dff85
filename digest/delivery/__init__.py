"""Ways a message leaves. Each module offers a `digest.ports.Post`."""
