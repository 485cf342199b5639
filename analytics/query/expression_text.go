package query

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"jejak/event"
	"jejak/question/where"
)

// others are the functions of three values, or of a varying number.
var others = map[where.Op]func(r *evaluation, args []term) term{
	where.ToText: func(r *evaluation, args []term) term {
		if args[0].kind == event.None && len(args) == 2 {
			return args[1]
		}
		return r.text(args[0])
	},
	where.Mid:   func(_ *evaluation, args []term) term { return mid(args[0], args[1], args[2]) },
	where.Split: func(_ *evaluation, args []term) term { return splitText(args) },
}

func onText(f func(string) term) func(*evaluation, term) term {
	return func(_ *evaluation, a term) term {
		if a.kind != event.String {
			return term{}
		}
		return f(a.text)
	}
}

// onLowered compares two texts whatever their case.
func onLowered(test func(s, part string) bool) func(*evaluation, term, term) term {
	return func(_ *evaluation, a, b term) term {
		if a.kind != event.String || b.kind != event.String {
			return term{}
		}
		return booleanTerm(test(strings.ToLower(a.text), strings.ToLower(b.text)))
	}
}

// text is string(x).
func (r *evaluation) text(a term) term {
	switch a.kind {
	case event.None, event.String:
		return a
	case event.Number:
		return textTerm(strconv.FormatFloat(a.number, 'f', -1, 64))
	case event.Boolean:
		return textTerm(strconv.FormatBool(a.number == 1))
	}
	return textTerm(a.valueOf(r.zone).Text)
}

// toNumber reads decimal text: sign, digits, a fraction, an exponent.
func toNumber(_ *evaluation, a term) term {
	switch a.kind {
	case event.Number, event.Boolean:
		return numberTerm(a.number)
	case date:
		return numberTerm(a.number / 1000)
	case event.String:
		if strings.Trim(a.text, "0123456789.+-eE") != "" {
			return term{} // ParseFloat takes other notations too
		}
		if f, err := strconv.ParseFloat(a.text, 64); err == nil {
			return numberTerm(f)
		}
	}
	return term{}
}

func length(_ *evaluation, a term) term {
	switch a.kind {
	case event.String:
		return numberTerm(float64(utf8.RuneCountInString(a.text)))
	case event.List:
		return numberTerm(float64(len(a.list.items)))
	}
	return term{}
}

// part is the first or the last n characters of a text, all when there are fewer.
func part(s, n term, last bool) term {
	length, whole := count(n)
	if s.kind != event.String || !whole {
		return term{}
	}
	if last {
		return textTerm(s.text[offsetOf(s.text, utf8.RuneCountInString(s.text)-length):])
	}
	return textTerm(s.text[:offsetOf(s.text, length)])
}

// mid is n characters from the first on, which is number 1.
func mid(s, first, n term) term {
	from, ok1 := count(first)
	length, ok2 := count(n)
	if s.kind != event.String || !ok1 || !ok2 || from < 1 {
		return term{}
	}
	rest := s.text[offsetOf(s.text, from-1):]
	return textTerm(rest[:offsetOf(rest, length)])
}

// offsetOf is where the n-th character of a text begins, from 0; its end when there are fewer.
func offsetOf(s string, n int) int {
	for i := range s {
		if n <= 0 {
			return i
		}
		n--
	}
	return len(s)
}

// splitText is the parts of a text between a separator of one ASCII character, or one of them, from 1.
func splitText(args []term) term {
	s, separator := args[0], args[1]
	if s.kind != event.String || separator.kind != event.String || len(separator.text) != 1 || separator.text[0] >= utf8.RuneSelf {
		return term{}
	}
	parts := strings.Split(s.text, separator.text)
	if len(args) == 3 {
		n, whole := count(args[2])
		if !whole || n < 1 || n > len(parts) {
			return term{}
		}
		return textTerm(parts[n-1])
	}
	items := make([]term, len(parts))
	for i, p := range parts {
		items[i] = textTerm(p)
	}
	return listTerm(items, "")
}

// host is the name of a URL's server in lower case, with or without a www before it.
func host(url string, short bool) term {
	if _, after, has := strings.Cut(url, "://"); has {
		url = after
	}
	if end := strings.IndexAny(url, "/?#\\"); end >= 0 {
		url = url[:end]
	}
	url = url[strings.LastIndexByte(url, '@')+1:]
	name, _, _ := strings.Cut(url, ":")
	name = strings.ToLower(name)
	if short {
		name = strings.TrimPrefix(name, "www.")
	}
	if name == "" || strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || strings.ContainsRune(`"<>[]^|{}%,;!$&'()*+=`, c) }) {
		return term{}
	}
	return textTerm(name)
}
