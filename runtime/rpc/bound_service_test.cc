// What a wiring may be, and how each shape takes bytes that are no message.
#include "runtime/rpc/bound_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/mutex.h"
#include "runtime/rpc/testing/echo_service.h"
#include "runtime/rpc/testing/raw_call.h"
#include "runtime/rpc/testing/test_server.h"

namespace triad::rpc::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kService[] = "triad.rpc.testing.EchoService";

// Handlers of every shape, that fit the proto or do not.
struct Functions {
  absl::StatusOr<EchoResponse> Unary(Call&, const EchoRequest& request) const {
    EchoResponse response;
    response.set_text(request.text());
    return response;
  }
  // Answers from another thread, which ends with this.
  absl::StatusOr<std::unique_ptr<Source<EchoResponse>>> Later(Call& call,
                                                              const EchoRequest& request) {
    if (request.text().empty()) return absl::InvalidArgumentError("nothing to say");
    EXPECT_EQ(call.StillWanted(), absl::OkStatus());
    return std::make_unique<Promised<EchoResponse>>(
        [this, &request](Promised<EchoResponse>::Answer answer) {
          MutexLock lock(mutex_);
          threads_.emplace_back([&request, answer = std::move(answer)] {
            if (request.text() == "no") return answer(absl::NotFoundError("no"));
            EchoResponse response;
            response.set_text(request.text());
            answer(std::move(response));
          });
        });
  }
  ~Functions() {
    for (std::thread& thread : threads_) thread.join();
  }
  absl::StatusOr<EchoResponse> TakesAnAnswer(Call&, const EchoResponse& answer) { return answer; }
  absl::StatusOr<EchoRequest> GivesARequest(Call&, const EchoRequest& request) { return request; }
  absl::StatusOr<std::unique_ptr<Source<EchoResponse>>> Watch(Call&, const EchoRequest&) {
    return absl::UnavailableError("watch");
  }
  absl::StatusOr<std::unique_ptr<Sink<EchoRequest, EchoResponse>>> Collect(Call&) {
    return absl::UnavailableError("collect");
  }
  absl::StatusOr<std::unique_ptr<Duplex<EchoRequest, EchoResponse>>> Chat(Call&) {
    return absl::UnavailableError("chat");
  }

 private:
  Mutex mutex_;
  std::vector<std::thread> threads_;
};

class Wired final : public BoundService {
 public:
  using Wiring = std::function<void(Wired&, Functions&)>;

  Wired(Admission& admission, absl::string_view name, const Wiring& wire)
      : BoundService(admission, name) {
    wire(*this, functions_);
  }
  void BindAllBut(absl::string_view left_out) {
    if (left_out != "Echo") Unary("Echo", &functions_, &Functions::Unary);
    if (left_out != "Put") Unary("Put", &functions_, &Functions::Unary);
    if (left_out != "Watch") ServerStream("Watch", &functions_, &Functions::Watch);
    if (left_out != "Collect") ClientStream("Collect", &functions_, &Functions::Collect);
    if (left_out != "Chat") BidiStream("Chat", &functions_, &Functions::Chat);
  }
  using BoundService::BidiStream;
  using BoundService::ClientStream;
  using BoundService::LaterUnary;
  using BoundService::ServerStream;
  using BoundService::Unary;

 private:
  Functions functions_;
};

// Starts a server of it, in a process whose log can be seen.
void Start(const Wired::Wiring& wire, absl::string_view name = kService) {
  dup2(STDERR_FILENO, STDOUT_FILENO);
  TestServer server(
      [&](Admission& admission) { return std::make_unique<Wired>(admission, name, wire); });
}

class WiringDeathTest : public ::testing::Test {
 protected:
  WiringDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(WiringDeathTest, NeedsAServiceOfTheLinkedProtos) {
  EXPECT_DEATH(Start([](Wired&, Functions&) {}, "triad.rpc.testing.NoService"),
               "ERROR cannot serve triad.rpc.testing.NoService: no such service");
}

TEST_F(WiringDeathTest, NeedsEveryMethod) {
  for (const char* left_out : {"Echo", "Put", "Watch", "Collect", "Chat"}) {
    EXPECT_DEATH(Start([&](Wired& service, Functions&) { service.BindAllBut(left_out); }),
                 absl::StrCat("ERROR cannot serve triad.rpc.testing.EchoService/", left_out,
                              ": it is not bound"));
  }
}

TEST_F(WiringDeathTest, RefusesAMethodTwice) {
  EXPECT_DEATH(Start([](Wired& service, Functions& functions) {
                 service.BindAllBut("");
                 service.ServerStream("Watch", &functions, &Functions::Watch);
               }),
               "ERROR cannot serve triad.rpc.testing.EchoService/Watch: it is bound twice");
}

TEST_F(WiringDeathTest, RefusesAMethodThatTheProtoDoesNotHave) {
  EXPECT_DEATH(Start([](Wired& service, Functions& functions) {
                 service.Unary("Ehco", &functions, &Functions::Unary);
               }),
               "ERROR cannot serve triad.rpc.testing.EchoService/Ehco: no such method");
}

TEST_F(WiringDeathTest, RefusesAnotherShape) {
  EXPECT_DEATH(Start([](Wired& service, Functions& functions) {
                 service.Unary("Chat", &functions, &Functions::Unary);
               }),
               "EchoService/Chat: it is bound as Unary and is BidiStream");
  EXPECT_DEATH(Start([](Wired& service, Functions& functions) {
                 service.ServerStream("Collect", &functions, &Functions::Watch);
               }),
               "EchoService/Collect: it is bound as ServerStream and is ClientStream");
  EXPECT_DEATH(Start([](Wired& service, Functions& functions) {
                 service.BidiStream("Watch", &functions, &Functions::Chat);
               }),
               "EchoService/Watch: it is bound as BidiStream and is ServerStream");
  EXPECT_DEATH(Start([](Wired& service, Functions& functions) {
                 service.ClientStream("Echo", &functions, &Functions::Collect);
               }),
               "EchoService/Echo: it is bound as ClientStream and is Unary");
}

TEST_F(WiringDeathTest, RefusesOtherTypes) {
  EXPECT_DEATH(Start([](Wired& service, Functions& functions) {
                 service.Unary("Echo", &functions, &Functions::TakesAnAnswer);
               }),
               "EchoService/Echo: its function has triad.rpc.testing.EchoResponse where it has "
               "triad.rpc.testing.EchoRequest");
  EXPECT_DEATH(Start([](Wired& service, Functions& functions) {
                 service.Unary("Echo", &functions, &Functions::GivesARequest);
               }),
               "EchoService/Echo: its function has triad.rpc.testing.EchoRequest where it has "
               "triad.rpc.testing.EchoResponse");
}

TEST(BoundServiceTest, ServesWhatIsBound) {
  TestServer server([](Admission& admission) {
    return std::make_unique<Wired>(admission, kService,
                                   [](Wired& service, Functions&) { service.BindAllBut(""); });
  });
  EXPECT_THAT(server.admission.services(), ElementsAre(server.service.get()));
  for (const auto& [method, words] :
       {std::pair("Watch", "watch"), std::pair("Collect", "collect"), std::pair("Chat", "chat")}) {
    grpc::ClientContext context;
    RawReply reply =
        RawCall(server.channel(), context, absl::StrCat("/", kService, "/", method), {""});
    EXPECT_EQ(reply.status.error_message(), words);
  }
}

TEST(BoundServiceTest, AnswersLaterWithoutAThreadThatWaits) {
  for (rpc::Run run : {rpc::Run::kInline, rpc::Run::kExecutor}) {
    TestServer server([run](Admission& admission) {
      return std::make_unique<Wired>(
          admission, kService, [run](Wired& service, Functions& functions) {
            service.BindAllBut("Echo");
            service.LaterUnary("Echo", &functions, &Functions::Later, run);
          });
    });
    for (const auto& [text, code] :
         {std::pair("hello", grpc::StatusCode::OK), std::pair("no", grpc::StatusCode::NOT_FOUND),
          std::pair("", grpc::StatusCode::INVALID_ARGUMENT)}) {
      EchoRequest request;
      request.set_text(text);
      grpc::ClientContext context;
      RawReply reply = RawCall(server.channel(), context, absl::StrCat("/", kService, "/Echo"),
                               {request.SerializeAsString()});
      EXPECT_EQ(reply.status.error_code(), code) << text;
      if (code == grpc::StatusCode::OK) {
        EXPECT_THAT(reply.messages, ElementsAre(request.SerializeAsString()));
      }
    }
  }
}

// Takes and gives for as long as it is asked.
class Patient final : public Duplex<EchoRequest, EchoResponse> {
 public:
  absl::Status Write(const EchoRequest&) override { return absl::OkStatus(); }
  absl::Status WritesDone() override { return absl::OkStatus(); }
  void Next(Done done) override {
    MutexLock lock(mutex_);
    waiting_ = std::move(done);
    if (cancelled_) std::exchange(waiting_, nullptr)(absl::AbortedError("cancelled"));
  }
  void Cancel() override {
    MutexLock lock(mutex_);
    cancelled_ = true;
    if (waiting_) std::exchange(waiting_, nullptr)(absl::AbortedError("cancelled"));
  }

 private:
  Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  Done waiting_ ABSL_GUARDED_BY(mutex_);
};

class Collector final : public Sink<EchoRequest, EchoResponse> {
 public:
  absl::Status Write(const EchoRequest&) override { return absl::OkStatus(); }
  absl::StatusOr<EchoResponse> Finish() override { return EchoResponse(); }
};

TEST(BoundServiceTest, AnswersWhatIsNotValidAlikeInEveryShape) {
  auto unreached = [](Call&, const EchoRequest&) {
    ADD_FAILURE() << "a handler was reached";
    return absl::UnknownError("reached");
  };
  TestServer server(Serving({.echo = unreached,
                             .put = unreached,
                             .watch = unreached,
                             .collect = [](Call&) { return std::make_unique<Collector>(); },
                             .chat = [](Call&) { return std::make_unique<Patient>(); }}));
  std::string minus_one = "\x18" + std::string(9, '\xff') + "\x01";
  for (const char* method : {"Echo", "Put", "Watch", "Collect", "Chat"}) {
    for (const auto& [bytes, message] :
         {std::pair(std::string("\x0a\x01\xff"), "text: must be valid UTF-8"),
          std::pair(std::string("\x12\x03\x0a\x01\xff"), "inner.text: must be valid UTF-8"),
          std::pair(std::string("\x0a\x05!"),
                    "request: is not a valid triad.rpc.testing.EchoRequest"),
          std::pair(minus_one, "count: must be at least 0"),
          std::pair("\x12\x0b" + minus_one, "inner.count: must be at least 0")}) {
      grpc::ClientContext context;
      RawReply reply =
          RawCall(server.channel(), context, absl::StrCat("/", kService, "/", method), {bytes});
      EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << method;
      EXPECT_EQ(reply.status.error_message(), message) << method;
      EXPECT_THAT(reply.messages, IsEmpty()) << method;
    }
  }
}

}  // namespace
}  // namespace triad::rpc::testing
