// grpc-gateway in front of the service of the bench:
//
//	grpc-gateway ADDRESS
//
// It says where it listens, and asks ADDRESS.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"

	"triad.example/bench/echo"
)

// More than any document of the bench has.
const maxMessageBytes = 64 << 20

func main() {
	// As Triad is measured, without fields that are not set.
	json := &runtime.JSONPb{
		MarshalOptions:   protojson.MarshalOptions{EmitUnpopulated: false},
		UnmarshalOptions: protojson.UnmarshalOptions{},
	}
	mux := runtime.NewServeMux(runtime.WithMarshalerOption(runtime.MIMEWildcard, json))
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessageBytes)),
	}
	err := echo.RegisterEchoHandlerFromEndpoint(context.Background(), mux, os.Args[1], options)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("serving", listener.Addr())
	log.Fatal(http.Serve(listener, mux))
}
