"""Ways a launch or a verdict reaches us: bytes in, values out. `http` alone opens a socket."""
