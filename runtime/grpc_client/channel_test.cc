#include "runtime/grpc_client/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/testing/eventually.h"
#include "runtime/grpc_client/testing/recording_observer.h"
#include "runtime/grpc_client/testing/scripted_server.h"

namespace triad::grpc_client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

ScriptedReply Echo(const ScriptedRequest& request) {
  ScriptedReply reply;
  reply.data = request.body;
  return reply;
}

CallStart To(const std::string& path) {
  CallStart start;
  start.path = path;
  return start;
}

class ChannelTest : public testing::Test {
 protected:
  ~ChannelTest() override {
    RunOn(loop_, [&] { channel_.reset(); });
  }

  Channel& Connect(const std::string& target) {
    options_.target = target;
    RunOn(loop_, [&] { channel_ = Channel::Create(loop_, options_); });
    return *channel_;
  }

  RecordingObserver::Seen Call(const std::string& request = "hello") {
    return CallOnce(loop_, *channel_, To("/test.Echo/Call"), request);
  }

  absl::Status CallStatus() { return Call().result.status; }

  ChannelOptions options_;
  EventLoop loop_{"test"};
  std::unique_ptr<Channel> channel_;
};

TEST_F(ChannelTest, CarriesACallAndItsHeaders) {
  std::map<std::string, std::string> headers;
  ScriptedServer server([&](const ScriptedRequest& request) {
    headers = request.headers;
    ScriptedReply reply = Echo(request);
    reply.headers.emplace_back("x-one", "1");
    reply.headers.emplace_back("x-two-bin", "AAE");
    reply.trailers = {{"grpc-status", "0"}, {"x-after", "end"}};
    return reply;
  });
  Connect(server.target());
  CallStart start = To("/test.Echo/Call");
  start.metadata = {{"x-name", "value"}, {"x-raw-bin", std::string("\0\1", 2)}};
  start.timeout = absl::Seconds(20);
  auto seen = CallOnce(loop_, *channel_, std::move(start), "hello");

  EXPECT_EQ(seen.result.status, absl::OkStatus());
  EXPECT_THAT(seen.messages, ElementsAre("hello"));
  EXPECT_THAT(seen.metadata,
              ElementsAre(Pair("x-one", "1"), Pair("x-two-bin", std::string("\0\1", 2))));
  EXPECT_THAT(seen.result.trailers, ElementsAre(Pair("x-after", "end")));
  EXPECT_EQ(headers[":path"], "/test.Echo/Call");
  EXPECT_EQ(headers["te"], "trailers");
  EXPECT_EQ(headers["content-type"], "application/grpc");
  EXPECT_EQ(headers["x-name"], "value");
  EXPECT_EQ(headers["x-raw-bin"], "AAE=");
  EXPECT_THAT(headers["grpc-timeout"], testing::MatchesRegex("(19|20)[0-9]{6}u"));
}

TEST_F(ChannelTest, ReadsFramesCutAtEveryByte) {
  ScriptedServer::Options split;
  split.split = true;
  ScriptedServer server(Echo, split);
  Connect(server.target());
  EXPECT_THAT(Call(std::string(1000, 'x')).messages, ElementsAre(std::string(1000, 'x')));
}

TEST_F(ChannelTest, ReadsAReplyOfTrailersAlone) {
  ScriptedServer server([](const ScriptedRequest&) {
    ScriptedReply reply;
    reply.headers = {{":status", "200"},
                     {"content-type", "application/grpc"},
                     {"grpc-status", "5"},
                     {"grpc-message", "no such th%C3%ADng"},
                     {"grpc-status-details-bin", "CAU"},
                     {"http-status", "410"}};
    reply.trailers.clear();
    return reply;
  });
  Connect(server.target());
  auto seen = Call();
  EXPECT_FALSE(seen.initial);
  EXPECT_EQ(seen.result.status, absl::NotFoundError("no such thíng"));
  EXPECT_EQ(seen.result.details, "\x08\x05");
  EXPECT_THAT(seen.result.trailers, ElementsAre(Pair("http-status", "410")));
}

struct BrokenReply {
  const char* name;
  std::function<void(ScriptedReply&)> change;
  absl::StatusCode code;
};

class BrokenReplyTest : public ChannelTest, public testing::WithParamInterface<BrokenReply> {};

TEST_P(BrokenReplyTest, BecomesAStatus) {
  ScriptedServer server([](const ScriptedRequest& request) {
    ScriptedReply reply = Echo(request);
    GetParam().change(reply);
    return reply;
  });
  Connect(server.target());
  EXPECT_EQ(CallStatus().code(), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenReplyTest,
    testing::Values(
        BrokenReply{"Html", [](auto& r) { r.headers[1].second = "text/html"; },
                    absl::StatusCode::kUnknown},
        BrokenReply{"Http404",
                    [](auto& r) {
                      r.headers = {{":status", "404"}};
                    },
                    absl::StatusCode::kUnimplemented},
        BrokenReply{"Http503Alone",
                    [](auto& r) {
                      r.headers = {{":status", "503"}};
                      r.data.clear();
                      r.trailers.clear();
                    },
                    absl::StatusCode::kUnavailable},
        BrokenReply{"NoTrailers", [](auto& r) { r.trailers.clear(); }, absl::StatusCode::kUnknown},
        BrokenReply{"NoStatus",
                    [](auto& r) {
                      r.trailers = {{"x-other", "1"}};
                    },
                    absl::StatusCode::kUnknown},
        BrokenReply{"UnknownStatus",
                    [](auto& r) {
                      r.trailers = {{"grpc-status", "99"}};
                    },
                    absl::StatusCode::kUnknown},
        BrokenReply{"Compressed", [](auto& r) { r.data[0] = 1; }, absl::StatusCode::kInternal},
        BrokenReply{"CutMessage", [](auto& r) { r.data.pop_back(); }, absl::StatusCode::kInternal},
        BrokenReply{"ResetInternal", [](auto& r) { r.reset = 2; }, absl::StatusCode::kInternal},
        BrokenReply{"ResetCancel", [](auto& r) { r.reset = 8; }, absl::StatusCode::kCancelled},
        BrokenReply{"ResetCalm", [](auto& r) { r.reset = 11; },
                    absl::StatusCode::kResourceExhausted},
        BrokenReply{"ResetAfterData", [](auto& r) { r.reset_after = 2; },
                    absl::StatusCode::kInternal},
        BrokenReply{"HangUp", [](auto& r) { r.hang_up = true; }, absl::StatusCode::kUnavailable},
        BrokenReply{"ManyHeaders",
                    [](auto& r) {
                      for (int i = 0; i < 3000; ++i) {
                        r.headers.emplace_back("x-same", std::string(40, 'x'));
                      }
                    },
                    absl::StatusCode::kResourceExhausted}),
    [](const auto& info) { return info.param.name; });

// Not when a keepalive ping is missed, which may be long after.
TEST_F(ChannelTest, BytesThatAreNoFramesEndACallAtOnce) {
  ScriptedServer server([](const ScriptedRequest&) {
    ScriptedReply reply;
    reply.garbage = std::string(100, '\xff');
    return reply;
  });
  Connect(server.target());
  Stopwatch stopwatch;
  EXPECT_EQ(CallStatus().code(), absl::StatusCode::kUnavailable);
  EXPECT_LT(stopwatch.elapsed(), absl::Seconds(5));
}

TEST_F(ChannelTest, SendsARefusedCallAgainUnseen) {
  ScriptedServer server([](const ScriptedRequest& request) {
    ScriptedReply reply = Echo(request);
    if (request.number == 0) reply.reset = 7;
    return reply;
  });
  Connect(server.target());
  EXPECT_THAT(Call().messages, ElementsAre("hello"));
  EXPECT_EQ(server.requests(), 2);
}

TEST_F(ChannelTest, GivesUpOnAServiceThatAlwaysRefuses) {
  ScriptedServer server([](const ScriptedRequest&) {
    ScriptedReply reply;
    reply.reset = 7;
    return reply;
  });
  Connect(server.target());
  EXPECT_EQ(CallStatus().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(server.requests(), 3);
}

TEST_F(ChannelTest, DoesNotResendWhatMayHaveBeenProcessed) {
  ScriptedServer server([](const ScriptedRequest& request) {
    ScriptedReply reply = Echo(request);
    reply.hang_up = request.number == 0;
    return reply;
  });
  Connect(server.target());
  EXPECT_EQ(CallStatus().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(server.requests(), 1);
  EXPECT_TRUE(CallStatus().ok());
}

TEST_F(ChannelTest, MovesToANewConnectionOnGoawayAndFinishesOnTheOld) {
  ScriptedServer server([](const ScriptedRequest& request) {
    ScriptedReply reply = Echo(request);
    if (request.number == 0) reply.goaway = 1;  // covers this stream, which is answered
    return reply;
  });
  Connect(server.target());
  EXPECT_TRUE(CallStatus().ok());
  EXPECT_TRUE(CallStatus().ok());
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(ChannelTest, WhatAServiceThatStopsCancelsIsUnavailable) {
  ScriptedServer server([](const ScriptedRequest& request) {
    ScriptedReply reply = Echo(request);
    reply.trailers = {{"grpc-status", "1"}, {"grpc-message", "stops"}};
    if (request.number == 0) reply.goaway = 1;  // covers this stream
    return reply;
  });
  Connect(server.target());
  EXPECT_EQ(CallStatus(), absl::UnavailableError("stops"));
  // One that serves on means it.
  EXPECT_EQ(CallStatus(), absl::CancelledError("stops"));
}

TEST_F(ChannelTest, ResendsWhatIsAboveGoawaysLastId) {
  ScriptedServer server([](const ScriptedRequest& request) {
    ScriptedReply reply = Echo(request);
    if (request.number == 0) {
      reply.goaway = 0;
      reply.silent = true;
    }
    return reply;
  });
  Connect(server.target());
  EXPECT_THAT(Call().messages, ElementsAre("hello"));
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(ChannelTest, CancelsOnTheServiceWhenTheCallIsDestroyed) {
  ScriptedServer server([](const ScriptedRequest&) {
    ScriptedReply reply;
    reply.silent = true;
    return reply;
  });
  Channel& channel = Connect(server.target());
  RecordingObserver call(loop_, channel, To("/test.Echo/Wait"));
  call.Send("x");
  call.FinishSending();
  ASSERT_TRUE(Eventually([&] { return server.requests() > 0; }));
  call.Cancel();
  EXPECT_TRUE(server.WaitForCancels(1));
  EXPECT_FALSE(call.seen().done);
}

// A server that opens large windows and then reads nothing.
class DeafServer {
 public:
  DeafServer()
      : acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}), thread_([this] {
          for (boost::system::error_code error; !error;) {
            boost::asio::ip::tcp::socket socket(context_);
            acceptor_.accept(socket, error);
            if (error) return;
            // SETTINGS_INITIAL_WINDOW_SIZE of 1 GiB, and as much for the connection.
            static constexpr absl::string_view kFrames(
                "\0\0\x06\x04\0\0\0\0\0\0\x04\x40\0\0\0\0\0\x04\x08\0\0\0\0\0\x3f\xff\0\0", 28);
            boost::asio::write(socket, boost::asio::buffer(kFrames.data(), kFrames.size()), error);
            sockets_.push_back(std::move(socket));
          }
        }) {}
  ~DeafServer() {
    shutdown(acceptor_.native_handle(), SHUT_RDWR);
    thread_.join();
  }

  std::string target() const {
    return absl::StrCat("127.0.0.1:", acceptor_.local_endpoint().port());
  }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::vector<boost::asio::ip::tcp::socket> sockets_;
  std::thread thread_;
};

// What no socket takes stays in the call, however large the windows are.
TEST_F(ChannelTest, SendsNoMoreThanTheSocketTakes) {
  DeafServer server;
  Connect(server.target());
  RecordingObserver call(loop_, *channel_, To("/test.Echo/Call"));
  EXPECT_TRUE(call.SendAndWait("small"));
  EXPECT_FALSE(call.SendAndWait(std::string(64 << 20, 'x'), absl::Seconds(1)));
}

TEST_F(ChannelTest, EndsACallAtItsDeadline) {
  ScriptedServer server([](const ScriptedRequest&) {
    ScriptedReply reply;
    reply.silent = true;
    return reply;
  });
  Connect(server.target());
  CallStart start = To("/test.Echo/Wait");
  start.timeout = absl::Milliseconds(50);
  EXPECT_EQ(CallOnce(loop_, *channel_, std::move(start), "x").result.status.code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(server.WaitForCancels(1));
}

TEST_F(ChannelTest, FailsAtOnceWhileTheServiceIsDownAndComesBackSoon) {
  auto server = std::make_unique<ScriptedServer>(Echo);
  ScriptedServer::Options same_port;
  same_port.port = server->port();
  Connect(server->target());
  EXPECT_TRUE(CallStatus().ok());
  server.reset();
  // The first call may still wait for the attempt that fails.
  EXPECT_EQ(CallStatus().code(), absl::StatusCode::kUnavailable);
  Stopwatch since_down;
  absl::Status down = CallStatus();
  EXPECT_EQ(down.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(down.message()), StartsWith("test.Echo is unavailable: no connection: "));
  EXPECT_LT(since_down.elapsed(), absl::Milliseconds(300));

  server = std::make_unique<ScriptedServer>(Echo, same_port);
  Stopwatch since_back;
  EXPECT_TRUE(Eventually([&] { return CallStatus().ok(); }));
  EXPECT_LT(since_back.elapsed(), absl::Seconds(2));
}

TEST_F(ChannelTest, CallsWaitForTheFirstConnection) {
  ScriptedServer server(Echo);
  Channel& channel = Connect(absl::StrCat("localhost:", server.port()));
  EXPECT_EQ(channel.target(), absl::StrCat("localhost:", server.port()));
  EXPECT_TRUE(CallStatus().ok());
}

TEST_F(ChannelTest, SaysWhyATargetCannotBeReached) {
  Connect("no-such-host.invalid:1");
  EXPECT_EQ(CallStatus().code(), absl::StatusCode::kUnavailable);
  RunOn(loop_, [&] { channel_.reset(); });
  Connect("nonsense");
  EXPECT_THAT(std::string(CallStatus().message()), HasSubstr("HOST:PORT"));
}

TEST_F(ChannelTest, NoticesASilentConnectionByPing) {
  ScriptedServer::Options frozen;
  frozen.frozen = true;
  ScriptedServer server(Echo, frozen);
  options_.keepalive_time = absl::Milliseconds(50);
  options_.keepalive_timeout = absl::Milliseconds(50);
  Connect(server.target());
  absl::Status status = CallStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("keepalive"));
}

TEST_F(ChannelTest, ASmallWindowHoldsTheSenderBack) {
  ScriptedServer::Options small;
  small.window = 1000;
  ScriptedServer server(Echo, small);
  Channel& channel = Connect(server.target());
  EXPECT_TRUE(CallStatus().ok());
  RecordingObserver call(loop_, channel, To("/test.Echo/Call"));
  std::string expected;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(call.SendAndWait(std::string(700, 'a')));
    expected += Framed(std::string(700, 'a'));
  }
  call.FinishSending();
  EXPECT_EQ(call.WaitDone().status, absl::OkStatus());
  EXPECT_EQ(call.seen().messages.size(), 20u);
}

TEST_F(ChannelTest, AnObserverMayEndItsCallInsideAnyCallback) {
  ScriptedServer server(Echo);
  Channel& channel = Connect(server.target());
  struct Ender : CallObserver {
    void OnInitialMetadata(const Metadata&) override { End(0); }
    void OnMessage(std::string) override { End(1); }
    void OnDone(const CallResult&) override { End(2); }
    void End(int now) {
      if (now < when) return call->Pull();
      call.reset();
      ended.set_value();
    }
    int when = 0;
    std::unique_ptr<ClientCall> call;
    std::promise<void> ended;
  };
  for (int when : {0, 1, 2}) {
    Ender ender;
    ender.when = when;
    RunOn(loop_, [&] {
      ender.call = channel.Start(To("/test.Echo/Call"), ender);
      ender.call->Send("x");
      ender.call->FinishSending();
      ender.call->Pull();
    });
    ender.ended.get_future().wait();
    EXPECT_TRUE(CallStatus().ok());
  }
}

}  // namespace
}  // namespace triad::grpc_client
