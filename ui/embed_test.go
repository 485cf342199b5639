package ui

import (
	"io/fs"
	"testing"
	"testing/fstest"
)

func TestFilesAlwaysHaveAPage(t *testing.T) {
	files, built := Files()
	page, err := fs.ReadFile(files, "index.html")
	if err != nil || len(page) == 0 {
		t.Fatalf("index.html (built %v): %d bytes, %v", built, len(page), err)
	}
}

func TestPlaceholderIsAPage(t *testing.T) {
	if _, err := fs.Stat(mustSub(embedded, "placeholder"), "index.html"); err != nil {
		t.Fatal(err)
	}
}

func TestPagesOnlyWhenBuilt(t *testing.T) {
	if _, ok := pagesIn(fstest.MapFS{"dist/.gitkeep": {}}); ok {
		t.Error("an empty dist counts as built")
	}
	if _, ok := pagesIn(fstest.MapFS{"dist/index.html": {}}); !ok {
		t.Error("a dist with a page does not count as built")
	}
}
