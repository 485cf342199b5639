package decode

import (
	"encoding/hex"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// texter appends a value as it would be printed.
type texter func(b []byte, v parquet.Value) []byte

// texterOf chooses by what a column is said to hold; without a word about that, by how it is stored.
func texterOf(t parquet.Type) texter {
	if l := t.LogicalType(); l != nil {
		switch l := l.Value.(type) {
		case *format.TimestampType:
			return instants(l.Unit)
		case *format.DateType:
			return func(b []byte, v parquet.Value) []byte {
				return time.Unix(int64(v.Int32())*86400, 0).UTC().AppendFormat(b, time.DateOnly)
			}
		case *format.DecimalType:
			return decimals(int(l.Scale))
		case *format.IntType:
			if !l.IsSigned {
				return unsigned
			}
		case *format.UUIDType:
			return uuids
		}
	}
	return stored
}

func stored(b []byte, v parquet.Value) []byte {
	switch v.Kind() {
	case parquet.Boolean:
		return strconv.AppendBool(b, v.Boolean())
	case parquet.Int32:
		return strconv.AppendInt(b, int64(v.Int32()), 10)
	case parquet.Int64:
		return strconv.AppendInt(b, v.Int64(), 10)
	case parquet.Int96: // nanoseconds of a day, and the Julian day
		x := v.Int96()
		nanos := int64(x[0]) | int64(x[1])<<32
		return time.Unix((int64(x[2])-2440588)*86400, nanos).UTC().AppendFormat(b, time.RFC3339Nano)
	case parquet.Float:
		return strconv.AppendFloat(b, float64(v.Float()), 'g', -1, 32)
	case parquet.Double:
		return strconv.AppendFloat(b, v.Double(), 'g', -1, 64)
	default:
		return append(b, v.ByteArray()...)
	}
}

func unsigned(b []byte, v parquet.Value) []byte {
	if v.Kind() == parquet.Int32 {
		return strconv.AppendUint(b, uint64(v.Uint32()), 10)
	}
	return strconv.AppendUint(b, v.Uint64(), 10)
}

func uuids(b []byte, v parquet.Value) []byte {
	x := v.ByteArray()
	if len(x) != 16 {
		return hex.AppendEncode(b, x)
	}
	for i, part := range [][]byte{x[:4], x[4:6], x[6:8], x[8:10], x[10:]} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, part)
	}
	return b
}

func instants(unit format.TimeUnit) texter {
	each := time.Nanosecond
	if unit.Value != nil {
		each = max(unit.Value.Duration(), time.Nanosecond)
	}
	perSecond := int64(time.Second / each)
	return func(b []byte, v parquet.Value) []byte {
		n := v.Int64()
		return time.Unix(n/perSecond, n%perSecond*int64(each)).UTC().AppendFormat(b, time.RFC3339Nano)
	}
}

// decimals writes numbers that are stored without their point.
func decimals(scale int) texter {
	return func(b []byte, v parquet.Value) []byte {
		var n big.Int
		switch v.Kind() {
		case parquet.Int32:
			n.SetInt64(int64(v.Int32()))
		case parquet.Int64:
			n.SetInt64(v.Int64())
		default:
			x := v.ByteArray()
			if len(x) > 64 {
				return append(b, x...)
			}
			n.SetBytes(x)
			if len(x) > 0 && x[0] >= 0x80 { // two's complement
				n.Sub(&n, new(big.Int).Lsh(big.NewInt(1), uint(len(x))*8))
			}
		}
		return pointed(b, n.String(), scale)
	}
}

func pointed(b []byte, digits string, scale int) []byte {
	if scale <= 0 || scale > 100 {
		return append(b, digits...)
	}
	if strings.HasPrefix(digits, "-") {
		b, digits = append(b, '-'), digits[1:]
	}
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	b = append(b, digits[:len(digits)-scale]...)
	return append(append(b, '.'), digits[len(digits)-scale:]...)
}
