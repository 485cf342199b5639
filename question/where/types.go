package where

// fixedTypes are those of operators and functions whatever they are given.
var fixedTypes = map[Op]Types{
	Nothing: None, True: ABoolean, False: ABoolean, Text: AText, Number: ANumber, List: AList,
	Index: Unknown | ADate, Or: ABoolean | None, And: ABoolean | None, Not: ABoolean | None, Equal: ABoolean, Unequal: ABoolean,
	Less: ABoolean | None, AtMost: ABoolean | None, Greater: ABoolean | None, AtLeast: ABoolean | None,
	In: ABoolean | None, NotIn: ABoolean | None,
	Plus: ANumber | AText | None, Minus: ANumber | None, Times: ANumber | None, Divide: ANumber | None, Modulo: ANumber | None,
	Negate: ANumber | None, Defined: ABoolean, ToBoolean: ABoolean, ToNumber: ANumber | None, ToDate: ADate | None,
	Floor: ANumber | None, Ceil: ANumber | None, Round: ANumber | None, Min: ANumber | None, Max: ANumber | None,
	Upper: AText | None, Lower: AText | None, Len: ANumber | None, Left: AText | None, Right: AText | None, Mid: AText | None,
	Split: AText | AList | None, HasPrefix: ABoolean | None, HasSuffix: ABoolean | None,
	RegexMatch: ABoolean | None, RegexExtract: AText | None, RegexReplace: AText | None,
	URLDomain: AText | None, URLHost: AText | None, DateDif: ANumber | None, Today: ADate,
	Any: ABoolean | None, All: ABoolean | None, Filter: AList | None, Map: AList | None, Sum: ANumber | None, TypeOf: AText,
	Cohort: ABoolean, Lookup: Unknown &^ AnObject,
}

// infer finds the types of a node and refuses what can only be a mistake: and, or and not of what is never true or false.
func (n *Node) infer() error {
	switch n.Op {
	case If:
		n.Types = n.Args[1].Types | n.Args[2].Types
	case Ifs:
		n.Types = None
		for i := 1; i < len(n.Args); i += 2 {
			n.Types |= n.Args[i].Types
		}
	case Let:
		n.Types = n.Args[len(n.Args)-1].Types
	case ToText:
		n.Types = AText | None
		if len(n.Args) == 2 {
			n.Types |= n.Args[1].Types
		}
	case And, Or, Not:
		for _, a := range n.Args {
			if a.Types&(ABoolean|None) == 0 {
				return fault(a.Column, "true or false is expected; this is %s", a.Types)
			}
		}
		fallthrough
	default:
		n.Types = fixedTypes[n.Op]
	}
	return nil
}
