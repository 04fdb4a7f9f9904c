// Package hostile holds only tests. They run the client against servers that
// lose responses, cut them off, return nonsense, echo secrets and redirect, and
// record what arrived. The name of each subtest is a promise of the client;
// docs/promises.md lists them.
package hostile
