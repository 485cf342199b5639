"""Verifies the DKIM signatures of a mail with dkimpy: an implementation that is not the one that signed. Reads the mail from stdin;
the arguments are the TXT records, NAME=TEXT. Prints how many signatures hold."""
import sys
import dkim

records = dict(a.split("=", 1) for a in sys.argv[1:])


def look_up(name, timeout=5):
    name = name.decode() if isinstance(name, bytes) else name
    return records[name.rstrip(".")].encode()


message = sys.stdin.buffer.read()
check = dkim.DKIM(message)
count = sum(line.lower().startswith(b"dkim-signature:") for line in message.split(b"\n"))
print(sum(check.verify(idx=i, dnsfunc=look_up) for i in range(count)))
