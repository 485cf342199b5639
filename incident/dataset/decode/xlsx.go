package decode

import (
	"archive/zip"
)

func workbookOf(z *zip.Reader) *zip.File { return nil }

func (r *reader) xlsx(o *out, z *zip.Reader, book *zip.File) error { return errStumbled }
