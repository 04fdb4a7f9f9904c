// Package pages tests the documentation: README.md, docs/*.md, the other pages of
// the module, and what go doc shows of its packages and programs. It has only tests.
//
// Every block of Go on a page is built and vetted, together with all others in
// one build, and run against a fake with a customer "acme":
//
//   - A whole program (package main) runs with the fake's address and token in
//     the environment, and has to return from main.
//   - Functions and tests (func TestX) are declarations that all blocks of the
//     page share; the tests run.
//   - Statements become the body of a function. They find ctx, client, fake,
//     customer (acme), folderID, connectionID and recipeID, and may return an
//     error, which fails the test. They run in a testing/synctest bubble, where
//     waits take no time, and in a directory that holds a package,
//     invoice-sync.zip.
//
// Imports of the standard library and of this repository are added. A block
// that uses a package of a nested module is built in that module, which
// "scripts/check docs" does.
//
// Comments of a page, which a reader does not see, complete a block:
//
//	<!-- before: site, err := embed.SiteOf(workato.RegionEU) -->    statements before the next block
//	<!-- after: fake.AssertCalls(t, "imports.create", 1) -->        statements after the block above
//	<!-- continues -->                                              the next block goes on where the one above ends
//	<!-- compiled only -->                                          the next block is not run
//	<!-- go fix -->                                                 nor is it, and go fix makes of it the one after it
//
// Blocks of JSON are read as a seed or faults of the fake or as a plan, those of
// sh have to name programs, flags and files that there are, and python and ts
// run too. Links and anchors have to lead somewhere, every page has to be
// reachable from the README, and names of Go in the text have to exist.
//
// The code in comments of packages and exported names is tested in the same way,
// see docPages: a comment has no place for what completes it, so docBefore has that.
// Names in brackets have to exist, every public package has a first program in its
// documentation, and a program names its flags.
package pages
