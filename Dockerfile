# The fake of Workato's Embedded API as a container image:
#
#	docker build -t workato-fake .
#	docker run --rm -p 8080:8080 -p 8081:8081 workato-fake
#
# Flags of workato-fake follow the name of the image; docs/testing-languages.md
# has more. cmd/workato-fake/image_test.go runs what this file says.
ARG GO_VERSION=1.26
FROM golang:${GO_VERSION} AS build
WORKDIR /src
# The module's own lists first: dependencies are fetched again only if they change.
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /image/workato-fake ./cmd/workato-fake
# A place for -state, and one for the certificate of -tls.
RUN mkdir -p /image/data /image/tmp

FROM scratch
# A number, so that Kubernetes can tell that it is not root.
COPY --from=build --chown=65532:65532 /image/ /
USER 65532:65532
VOLUME ["/data"]
EXPOSE 8080 8081
# Inside of a container the loopback interface is reached by nobody else, and the
# store of packages needs a port that can be published.
ENTRYPOINT ["/workato-fake", "-public", "-addr", "0.0.0.0:8080", "-store-addr", "0.0.0.0:8081", "-store-url", "http://localhost:8081"]
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s CMD ["/workato-fake", "-healthcheck", "http://127.0.0.1:8080/"]
