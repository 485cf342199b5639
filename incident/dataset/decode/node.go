package decode

// node is a place in nested values: a key, or the items of a list. It becomes a column when it first has a value.
type node struct {
	name   string // of the column: the path from the row
	key    string
	column int // -1: none yet
	kids   map[string]*node
	order  []*node // the kids as they came up
	next   int     // in order: keys mostly come in the order of the row before
	items  *node
}

// child is the place below a key.
func (t *table) child(n *node, key []byte) *node {
	if n.next < len(n.order) && n.order[n.next].key == string(key) {
		n.next++
		return n.order[n.next-1]
	}
	if k, ok := n.kids[string(key)]; ok {
		return k
	}
	if len(key) > maxName {
		key = key[:maxName]
	}
	name := string(key)
	if n.name != "" {
		name = n.name + "." + name
	}
	k := t.place(name)
	k.key = string(key)
	if n.kids == nil {
		n.kids = map[string]*node{}
	}
	if t.nodes <= 4*t.out.limits.Columns {
		n.kids[k.key] = k
		n.order = append(n.order, k)
		n.next = len(n.order)
	}
	return k
}

// item is the place of the items of a list.
func (t *table) item(n *node) *node {
	if n.items == nil {
		n.items = t.place(n.name + "[]")
	}
	return n.items
}

func (t *table) place(name string) *node {
	t.nodes++
	if len(name) > maxName {
		name = name[:maxName]
	}
	return &node{name: name, column: -1}
}

// below is the place of a column, for what is nested in its values.
func (t *table) below(column int) *node {
	if n, ok := t.places[column]; ok {
		return n
	}
	if t.places == nil {
		t.places = map[int]*node{}
	}
	n := t.place(t.names[column])
	n.column = column
	t.places[column] = n
	return n
}

// put adds a value at a place.
func (t *table) put(n *node, text []byte) {
	if n.column < 0 {
		n.column = t.add(n.name)
	}
	t.cell(n.column, text)
}
