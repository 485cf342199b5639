// Package analytics is road one: a visit becomes an answer. Take is the order in which an event travels.
package analytics
