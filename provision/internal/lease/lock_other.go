//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package lease

import (
	"errors"
	"os"
)

func tryLock(string) (*os.File, error) { return nil, errors.ErrUnsupported }
