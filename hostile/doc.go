// Package hostile holds no code. Its tests run the client against servers that
// lose responses, cut them off, return nonsense, echo secrets and point
// elsewhere, and record what really arrived there. The name of each subtest is
// a promise of the client; docs/promises.md lists them.
package hostile
