package part

import "encoding/binary"

// dictionaryWriter is the dictionary being written, a block at a time.
type dictionaryWriter struct {
	kinds [4]uint32
	ends  []int64
	text  []byte
}

// addValue adds a value to the property's dictionary; values ascend by kind and text.
func (w *writer) addValue(kind uint8, text string) {
	d := &w.dict
	for k := int(kind); k < len(d.kinds); k++ {
		d.kinds[k]++
	}
	d.text = append(d.text, text...)
	d.ends = append(d.ends, int64(len(d.text)))
	if len(d.ends) == dictBlock {
		w.putValues()
	}
}

func (w *writer) putValues() {
	d := &w.dict
	e := block{layout: layoutDense, width: uint8(widthOf(uint64(len(d.text))))}
	c := &w.encoder
	c.bytes = appendPacked(c.bytes[:0], d.ends, 0, 1, uint(e.width))
	c.bytes = append(c.bytes, d.text...)
	w.blocks = w.put(w.blocks, e, c.bytes)
	d.ends, d.text = d.ends[:0], d.text[:0]
}

// endProperty ends a property's dictionary, which may be empty. Properties ascend by name.
func (w *writer) endProperty(name string) {
	d := &w.dict
	if len(d.ends) > 0 {
		w.putValues()
	}
	w.propertyText = append(w.propertyText, name...)
	w.propertyEnds = binary.LittleEndian.AppendUint32(w.propertyEnds, uint32(len(w.propertyText)))
	first := len(w.blocks)/blockEntry - blocksOf(int(d.kinds[3]), dictBlock)
	w.dicts = binary.LittleEndian.AppendUint32(w.dicts, uint32(first))
	for _, n := range d.kinds {
		w.dicts = binary.LittleEndian.AppendUint32(w.dicts, n)
	}
	d.kinds = [4]uint32{}
}
