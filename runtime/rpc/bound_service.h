// A service whose constructor binds each RPC of the proto to a function, in a line:
//
//   ConfigService::ConfigService(rpc::Admission& admission, EntryStore& store, WatchHub& hub)
//       : BoundService(admission, "triad.config.v1.ConfigService"), entries_(store), watch_(hub) {
//     Unary("GetEntry", &entries_, &EntriesHandler::Get);
//     ServerStream("WatchEntries", &watch_, &WatchHandler::Watch);
//   }
//
// Functions are members, const or not, of handlers that the service owns, and take the
// Call and what the shape of the method has:
//
//   Unary         absl::StatusOr<Response>(Call&, const Request&)
//   ServerStream  absl::StatusOr<std::unique_ptr<Source<Response>>>(Call&, const Request&)
//   ClientStream  absl::StatusOr<std::unique_ptr<Sink<Request, Response>>>(Call&)
//   BidiStream    absl::StatusOr<std::unique_ptr<Duplex<Request, Response>>>(Call&)
//
// Every call passes the Admission first. Bytes that are no message of the type are
// INVALID_ARGUMENT. The Call and the request of a stream live as long as what its function
// returned. HTTP facts are sent with the first answer, so they must be set before a unary
// function, Finish of a Sink, or the function of a stream that gives returns.
//
// A wiring that does not fit the proto ends the process when it is made, a method that is
// not bound when the server starts, with one line that names the method.
#pragma once

#include <grpcpp/grpcpp.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/rpc/admission/method.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/calls/bidi_stream.h"
#include "runtime/rpc/calls/client_stream.h"
#include "runtime/rpc/calls/later_unary.h"
#include "runtime/rpc/calls/run.h"
#include "runtime/rpc/calls/server_stream.h"
#include "runtime/rpc/calls/unary.h"
#include "runtime/rpc/raw_service.h"
#include "runtime/rpc/stream.h"

namespace google::protobuf {
class Descriptor;
class ServiceDescriptor;
}  // namespace google::protobuf

namespace triad::rpc {

class Admission;

// Thread-safe once it is made, if its handlers are. Must outlive the server.
class BoundService : public RawService {
 public:
  BoundService(const BoundService&) = delete;
  BoundService& operator=(const BoundService&) = delete;

  const std::string& name() const;  // "triad.config.v1.ConfigService"

  // Ends the process if a method of the proto is not bound.
  void CheckComplete() const;

 protected:
  // `name` is that of a service whose messages are linked.
  BoundService(Admission& admission, absl::string_view name);

  template <typename Handler, typename Function>
  void Unary(absl::string_view name, Handler* handler, Function function,
             Run run = Run::kExecutor) {
    BindUnary(name, run, MemberOf(handler, function));
  }

  // `quick` answers what it can at once, on the gRPC thread, without blocking. What it
  // leaves, with a nullopt, `open` begins on the executor: it returns a source, whose first
  // message is the answer, at once or when something has happened. HTTP facts may be set
  // until then.
  //   quick  std::optional<absl::StatusOr<Response>>(Call&, const Request&)
  //   open   absl::StatusOr<std::unique_ptr<Source<Response>>>(Call&, const Request&)
  template <typename Handler, typename Quick, typename Open>
  void Unary(absl::string_view name, Handler* handler, Quick quick, Open open) {
    BindLaterUnary(name, Run::kExecutor, MemberOf(handler, quick), MemberOf(handler, open));
  }

  // The same without what is quick; `run` is about `open`.
  template <typename Handler, typename Open>
  void LaterUnary(absl::string_view name, Handler* handler, Open open, Run run) {
    BindLaterUnary(name, run, nullptr, MemberOf(handler, open));
  }

  // `run` is about what opens the stream.
  template <typename Handler, typename Function>
  void ServerStream(absl::string_view name, Handler* handler, Function function,
                    Run run = Run::kExecutor) {
    BindServerStream(name, run, MemberOf(handler, function));
  }

  template <typename Handler, typename Function>
  void ClientStream(absl::string_view name, Handler* handler, Function function) {
    BindClientStream(name, MemberOf(handler, function));
  }

  template <typename Handler, typename Function>
  void BidiStream(absl::string_view name, Handler* handler, Function function) {
    BindBidiStream(name, MemberOf(handler, function));
  }

 private:
  struct Shape {
    bool client_streaming;
    bool server_streaming;
    const google::protobuf::Descriptor* request;
    const google::protobuf::Descriptor* response;
  };

  template <typename Handler, typename Class, typename Result, typename... Arguments>
  static std::function<Result(Arguments...)> MemberOf(Handler* handler,
                                                      Result (Class::*function)(Arguments...)) {
    return [handler, function](Arguments... arguments) {
      return (handler->*function)(std::forward<Arguments>(arguments)...);
    };
  }
  template <typename Handler, typename Class, typename Result, typename... Arguments>
  static std::function<Result(Arguments...)> MemberOf(const Handler* handler,
                                                      Result (Class::*function)(Arguments...)
                                                          const) {
    return [handler, function](Arguments... arguments) {
      return (handler->*function)(std::forward<Arguments>(arguments)...);
    };
  }

  template <typename Request, typename Response>
  void BindUnary(absl::string_view name, Run run,
                 std::function<absl::StatusOr<Response>(Call&, const Request&)> function) {
    const Method& method =
        Bind(name, {false, false, Request::descriptor(), Response::descriptor()});
    HandleUnary(method.index(), [&method, run, function = std::move(function)](
                                    Context* context, const Bytes* bytes, Bytes* answer) {
      return StartUnary<Request, Response>(method, *context, run, function, *bytes, *answer);
    });
  }

  template <typename Request, typename Response>
  void BindLaterUnary(
      absl::string_view name, Run run,
      std::type_identity_t<
          std::function<std::optional<absl::StatusOr<Response>>(Call&, const Request&)>>
          quick,
      std::function<absl::StatusOr<std::unique_ptr<Source<Response>>>(Call&, const Request&)>
          open) {
    const Method& method =
        Bind(name, {false, false, Request::descriptor(), Response::descriptor()});
    HandleUnary(method.index(), [&method, run, quick = std::move(quick), open = std::move(open)](
                                    Context* context, const Bytes* bytes, Bytes* answer) {
      auto* reactor =
          new LaterUnaryReactor<Request, Response>(method, *context, quick, open, *bytes, *answer);
      reactor->Start(run);
      return reactor;
    });
  }

  template <typename Request, typename Response>
  void BindServerStream(
      absl::string_view name, Run run,
      std::function<absl::StatusOr<std::unique_ptr<Source<Response>>>(Call&, const Request&)>
          open) {
    const Method& method = Bind(name, {false, true, Request::descriptor(), Response::descriptor()});
    HandleServerStream(method.index(), [&method, run, open = std::move(open)](Context* context,
                                                                              const Bytes* bytes) {
      auto* reactor = new ServerStreamReactor<Request, Response>(method, *context, open);
      reactor->Start(run, *bytes);
      return reactor;
    });
  }

  template <typename Request, typename Response>
  void BindClientStream(
      absl::string_view name,
      std::function<absl::StatusOr<std::unique_ptr<Sink<Request, Response>>>(Call&)> open) {
    const Method& method = Bind(name, {true, false, Request::descriptor(), Response::descriptor()});
    HandleClientStream(method.index(), [&method, open = std::move(open)](Context* context,
                                                                         Bytes* answer) {
      auto* reactor = new ClientStreamReactor<Request, Response>(method, *context, open, *answer);
      reactor->Start();
      return reactor;
    });
  }

  template <typename Request, typename Response>
  void BindBidiStream(
      absl::string_view name,
      std::function<absl::StatusOr<std::unique_ptr<Duplex<Request, Response>>>(Call&)> open) {
    const Method& method = Bind(name, {true, true, Request::descriptor(), Response::descriptor()});
    HandleBidiStream(method.index(), [&method, open = std::move(open)](Context* context) {
      auto* reactor = new BidiStreamReactor<Request, Response>(method, *context, open);
      reactor->Start();
      return reactor;
    });
  }

  // The method of this name, bound from now on, or the end of the process.
  const Method& Bind(absl::string_view name, const Shape& shape);

  const google::protobuf::ServiceDescriptor& descriptor_;
  std::deque<Method> methods_;  // as in the descriptor
  std::vector<bool> bound_;
};

}  // namespace triad::rpc
