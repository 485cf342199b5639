//go:build ignore

// Makes crawlers.txt out of crawler-user-agents.json (npm crawler-user-agents, MIT licence):
//
//	go run crawlers_make.go -from crawler-user-agents.json -version 1.60.0 -licence LICENSE > crawlers.txt
//
// A pattern becomes the literal texts it can match; ^ and $ become the bytes 0x02 and 0x03, between which agents are
// searched. What has too many texts stays an expression, marked with a leading ~. Libraries that make HTTP requests are
// left out: at this door they are SDKs. So is what another text contains anyway.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"regexp/syntax"
	"slices"
	"strings"
)

const mostTexts = 16 // of one pattern

type crawler struct {
	Pattern string   `json:"pattern"`
	Tags    []string `json:"tags"`
}

func main() {
	from := flag.String("from", "", "crawler-user-agents.json")
	version := flag.String("version", "", "its version")
	licence := flag.String("licence", "", "its licence file")
	flag.Parse()
	crawlers, terms := read(*from), string(mustRead(*licence))
	fmt.Printf("# Made by crawlers_make.go from crawler-user-agents %s. Its licence:\n#\n", *version)
	for line := range strings.Lines(strings.TrimSpace(terms)) {
		fmt.Println(strings.TrimSpace("# " + strings.TrimSpace(line)))
	}
	texts, expressions := split(crawlers)
	for _, t := range leastSet(texts) {
		fmt.Println(t)
	}
	for _, e := range expressions {
		fmt.Println("~" + e)
	}
}

func read(file string) []crawler {
	var all []crawler
	if err := json.NewDecoder(bytes.NewReader(mustRead(file))).Decode(&all); err != nil {
		log.Fatalf("cannot read %s: %v", file, err)
	}
	return all
}

func mustRead(file string) []byte {
	b, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	return b
}

// split tells patterns that are a few texts from those that stay expressions.
func split(crawlers []crawler) (texts, expressions []string) {
	for _, c := range crawlers {
		if slices.Contains(c.Tags, "http-library") {
			continue
		}
		tree, err := syntax.Parse(c.Pattern, syntax.Perl)
		if err != nil {
			log.Fatalf("cannot parse %q: %v", c.Pattern, err)
		}
		if all, ok := textsOf(tree.Simplify()); ok {
			texts = append(texts, all...)
		} else {
			expressions = append(expressions, c.Pattern)
		}
	}
	return texts, expressions
}

// textsOf is every text the expression matches; false when there are too many.
func textsOf(e *syntax.Regexp) ([]string, bool) {
	switch e.Op {
	case syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpBeginText, syntax.OpBeginLine:
		return []string{"\x02"}, true
	case syntax.OpEndText, syntax.OpEndLine:
		return []string{"\x03"}, true
	case syntax.OpLiteral:
		return literalTexts(e.Rune, e.Flags&syntax.FoldCase != 0)
	case syntax.OpCharClass:
		return classTexts(e.Rune)
	case syntax.OpCapture:
		return textsOf(e.Sub[0])
	case syntax.OpQuest:
		all, ok := textsOf(e.Sub[0])
		return append(all, ""), ok
	case syntax.OpAlternate:
		return alternatives(e.Sub)
	case syntax.OpConcat:
		return products(e.Sub)
	}
	return nil, false
}

// literalTexts is the literal, or it in every mixture of cases.
func literalTexts(literal []rune, fold bool) ([]string, bool) {
	all := []string{""}
	for _, r := range literal {
		forms := []string{string(r)}
		if fold {
			forms = []string{strings.ToLower(string(r)), strings.ToUpper(string(r))}
			forms = slices.Compact(forms)
		}
		if all = joined(all, forms); len(all) > mostTexts {
			return nil, false
		}
	}
	return all, true
}

// joined is each head with each tail.
func joined(heads, tails []string) (all []string) {
	for _, h := range heads {
		for _, t := range tails {
			all = append(all, h+t)
		}
	}
	return all
}

func classTexts(ranges []rune) (all []string, ok bool) {
	for i := 0; i < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] > mostTexts {
			return nil, false
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			all = append(all, string(r))
		}
	}
	return all, len(all) <= mostTexts
}

func alternatives(subs []*syntax.Regexp) (all []string, ok bool) {
	for _, s := range subs {
		texts, ok := textsOf(s)
		if !ok {
			return nil, false
		}
		all = append(all, texts...)
	}
	return all, len(all) <= mostTexts
}

func products(subs []*syntax.Regexp) (all []string, ok bool) {
	all = []string{""}
	for _, s := range subs {
		texts, ok := textsOf(s)
		if !ok || len(all)*len(texts) > mostTexts {
			return nil, false
		}
		all = joined(all, texts)
	}
	return all, true
}

// leastSet sorts texts and drops those that contain another.
func leastSet(texts []string) (least []string) {
	slices.Sort(texts)
	texts = slices.Compact(texts)
	for _, t := range texts {
		contains := func(other string) bool { return other != t && strings.Contains(t, other) }
		if !slices.ContainsFunc(texts, contains) {
			least = append(least, t)
		}
	}
	return least
}
