//go:build !go1.26

package hostile_test

// bubblesTakeHTTP2 says that an HTTP/2 server may run in several synctest
// bubbles.
const bubblesTakeHTTP2 = false
