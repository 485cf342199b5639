// Package ui carries the console: the built pages, or a placeholder when the binary was made without Node.
package ui

import (
	"embed"
	"io/fs"
)

//go:embed all:dist placeholder
var embedded embed.FS

// Files is the root of what a browser loads: index.html, its scripts, styles and fonts. Built is false when it is the
// placeholder, which has an index.html too. Everything under assets/ carries its content's hash in its name and never
// changes.
func Files() (files fs.FS, built bool) {
	if pages, ok := pagesIn(embedded); ok {
		return pages, true
	}
	return mustSub(embedded, "placeholder"), false
}

func pagesIn(tree fs.FS) (fs.FS, bool) {
	pages, err := fs.Sub(tree, "dist")
	if err != nil {
		return nil, false
	}
	_, err = fs.Stat(pages, "index.html")
	return pages, err == nil
}

func mustSub(tree fs.FS, folder string) fs.FS {
	sub, err := fs.Sub(tree, folder)
	if err != nil {
		panic("BUG: the folder " + folder + " is not embedded")
	}
	return sub
}
