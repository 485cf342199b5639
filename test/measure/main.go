// Command measure prints the sizes of our files and functions beside those of the codebases we learn from.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
)

// models are figures of others' non-test Go, for comparison.
var models = []figures{
	{"VictoriaLogs", 207, 919, 9, 58, 0.8, 0.78},
	{"Prometheus", 157, 1288, 9, 70, 2.6, 1.35},
	{"Pebble", 164, 1297, 7, 65, 2.2, 0.52},
	{"Pirsch", 37, 507, 3, 51, 0.5, 0.36},
	{"GoatCounter", 177, 704, 9, 74, 2.4, 0.43},
	{"Alertmanager", 142, 515, 10, 64, 1.1, 1.12},
	{"Tessera", 145, 612, 13, 73, 2.0, 0.69},
	{"age", 153, 507, 10, 59, 1.1, 0.44},
}

type figures struct {
	name                   string
	fileMedian, file95     int
	functionMedian, func95 int
	above100               float64 // percent of functions above 100 lines
	tests                  float64 // lines of tests for each line of code
}

func main() {
	ours, err := measure(".")
	if err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\n", err)
		os.Exit(1)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tfile, median\tp95\tfunction, median\tp95\tabove 100 lines\ttest / code\t")
	for _, f := range append([]figures{ours}, models...) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%.1f %%\t%.2f\t\n", f.name, f.fileMedian, f.file95, f.functionMedian, f.func95, f.above100, f.tests)
	}
	_ = w.Flush()
}

// survey gathers lengths in lines.
type survey struct {
	files, functions []int
	code, tests      int
}

func measure(root string) (figures, error) {
	var s survey
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && (name == "node_modules" || name != "." && strings.HasPrefix(name, ".")) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		return s.add(path)
	})
	if err != nil || len(s.files) == 0 || len(s.functions) == 0 {
		return figures{}, fmt.Errorf("cannot measure %s: %w", root, err)
	}
	above := 0
	for _, n := range s.functions {
		if n > 100 {
			above++
		}
	}
	return figures{
		"Jejak", at(s.files, 0.5), at(s.files, 0.95), at(s.functions, 0.5), at(s.functions, 0.95),
		100 * float64(above) / float64(len(s.functions)), float64(s.tests) / float64(s.code),
	}, nil
}

func (s *survey) add(path string) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.ParseComments)
	if err != nil {
		return err
	}
	lines := strings.Count(string(source), "\n")
	if strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "test/") {
		s.tests += lines
		return nil
	}
	s.code += lines
	if ast.IsGenerated(file) {
		return nil
	}
	s.files = append(s.files, lines)
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			s.functions = append(s.functions, set.Position(f.End()).Line-set.Position(f.Pos()).Line+1)
		}
	}
	return nil
}

// at is the value below which the share of all lies; it sorts them.
func at(all []int, share float64) int {
	slices.Sort(all)
	return all[min(len(all)-1, int(share*float64(len(all))))]
}
