package main

// callPicture shows the way of one call.
func callPicture() (string, error) {
	var d drawing
	const (
		w   = 250
		gap = 35
		x1  = margin
		x2  = x1 + w + gap
		x3  = x2 + w + gap
	)
	row := func(y, h float64, boxes ...box) {
		for i, b := range boxes {
			b.x, b.y, b.w, b.h = []float64{x1, x2, x3}[i], y, w, h
			if b.class == "" {
				b.class = "box"
			}
			d.box(b)
			if i > 0 {
				d.arrow([2]float64{b.x - gap, y + h/2}, [2]float64{b.x - 1, y + h/2})
			}
		}
	}

	row(20, 72,
		box{class: "core", title: "1  Call", lines: []string{"`client.Recipes.Start(", "`  ctx, customer, id)"}},
		box{title: "2  Arguments", lines: []string{"a wrong one is named, and", "nothing is sent"}},
		box{title: "3  Encode", lines: []string{"path, query and body of the", "row in workato.Operations()"}},
	)
	// From encoding down into the frame of the attempts.
	d.arrow([2]float64{x3 + w/2, 92}, [2]float64{x3 + w/2, 106}, [2]float64{x1 + w/2, 106}, [2]float64{x1 + w/2, 151})
	d.frame(10, 118, width-20, 211)
	d.text("note", x2, 139, w+gap+w, "each attempt, at most 50 s, four attempts by default")
	row(152, 72,
		box{title: "4  Quota", lines: []string{"the limiter, if there is one,", "waits for its turn"}},
		box{title: "5  Credential", lines: []string{"added last, and only for the", "configured scheme, host, port"}},
		box{title: "6  Attempt", lines: []string{"the request is sent, and the", "whole response is read"}},
	)
	d.arrow([2]float64{x3 + w/2, 224}, [2]float64{x3 + w/2, 247})
	d.box(box{x: x2, y: 248, w: 2*w + gap, h: 72, class: "box", title: "7  Retry?", lines: []string{
		"by the status, by what a second request would do (the effect), and by", "whether the first can have left; never past the context's deadline",
	}})
	d.arrow([2]float64{x2, 282}, [2]float64{x1 + w/2, 282}, [2]float64{x1 + w/2, 225})
	d.text("note", x1+w/2+8, 272, w/2, "yes: wait first")
	d.text("note", x1+pad, 306, w-pad, "random, growing; Retry-After")

	d.arrow([2]float64{x3 + w/2, 320}, [2]float64{x3 + w/2, 363})
	d.text("note", x3+w/2+8, 349, w/2, "no")
	const y, h = 364, 90
	d.box(box{x: x3, y: y, w: w, h: h, class: "box", title: "8  Decode", lines: []string{"a refusal inside HTTP 200 is", "an error; so is a page of HTML", "or nothing where a list is due"}})
	d.box(box{x: x2, y: y, w: w, h: h, class: "good", title: "Result", lines: []string{"a typed value;", "WithResponse adds status,", "request id and attempts"}})
	d.arrow([2]float64{x3, y + h/2}, [2]float64{x2 + w + 1, y + h/2})
	d.box(box{x: x1, y: y, w: w, h: h, class: "bad", title: "Error", lines: []string{"`*APIError", "`ErrOutcomeUnknown", "a typed refusal, and others"}})
	d.arrow([2]float64{x3 + w/2, y + h}, [2]float64{x3 + w/2, y + h + 16}, [2]float64{x1 + w/2, y + h + 16}, [2]float64{x1 + w/2, y + h + 1})

	return d.document(y+h+30, "The way of one call",
		"A call is checked and encoded. Each attempt waits for its quota, gets the credential and is sent. A failed attempt is "+
			"repeated if that is safe. The response is decoded into a typed result or an error.")
}
