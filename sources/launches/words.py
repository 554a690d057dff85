"""Words that never open a name. A title that starts with one describes, asks or tells."""

# fmt: off
ARTICLES = frozenset({"a", "an"})
PRONOUNS = frozenset({
    "i", "i'm", "i've", "it's", "my", "our", "that", "these", "this", "those", "we", "we're",
    "we've", "you", "your",
})
QUESTIONS = frozenset({
    "are", "can", "do", "does", "how", "is", "should", "what", "what's", "when", "where", "which",
    "who", "why", "will",
})
PARTICLES = frozenset({
    "about", "after", "against", "and", "another", "any", "at", "before", "beyond", "by", "for",
    "from", "happy", "if", "in", "inside", "more", "no", "not", "now", "of", "on", "one", "or",
    "some", "there", "to", "toward", "towards", "under", "with", "without",
})
COMMANDS = frozenset({
    "add", "ask", "automate", "browse", "build", "chat", "check", "compare", "compile", "connect",
    "control", "convert", "create", "debug", "deploy", "design", "develop", "discover", "draw",
    "edit", "embed", "explore", "export", "extract", "find", "fine-tune", "fix", "generate", "get",
    "give", "guess", "host", "import", "improve", "keep", "know", "learn", "let", "listen", "make",
    "manage", "meet", "monitor", "organize", "play", "practice", "print", "publish", "put",
    "query", "read", "record", "remove", "run", "save", "say", "scrape", "search", "see",
    "self-host", "sell", "send", "set", "share", "ship", "show", "simulate", "start", "stop",
    "store", "sync", "take", "talk", "teach", "test", "track", "train", "transform", "translate",
    "try", "turn", "unlock", "upskill", "use", "using", "visualize", "watch", "write",
})
# fmt: on
NEVER_FIRST = ARTICLES | PRONOUNS | QUESTIONS | PARTICLES | COMMANDS
