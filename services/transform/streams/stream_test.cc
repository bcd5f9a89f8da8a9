// TransformStream, over gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "runtime/rpc/testing/test_server.h"
#include "services/transform/service.h"
#include "triad/transform/v1/transform.grpc.pb.h"

namespace triad::transform {
namespace {

using ::testing::HasSubstr;

class StreamTest : public ::testing::Test {
 protected:
  struct Stream {
    explicit Stream(v1::TransformService::Stub& stub, const std::string& header = "") {
      if (!header.empty()) context.AddMetadata("x-meta-recipe", header);
      calls = stub.TransformStream(&context);
    }
    bool Send(const std::string& recipe, const std::string& data) {
      v1::TransformStreamRequest request;
      request.set_recipe(recipe);
      request.mutable_content()->set_data(data);
      return calls->Write(request);
    }
    // All that comes.
    std::string Read() {
      std::string all;
      google::api::HttpBody body;
      while (calls->Read(&body)) all += body.data();
      return all;
    }
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReaderWriter<v1::TransformStreamRequest, google::api::HttpBody>>
        calls;
  };

  // What one message gives.
  grpc::Status Run(const std::string& recipe, const std::string& data, std::string* output,
                   const std::string& header = "") {
    Stream stream(*stub_, header);
    stream.Send(recipe, data);
    stream.calls->WritesDone();
    *output = stream.Read();
    return stream.calls->Finish();
  }

  RunningBytes running_{std::int64_t{64} * 1024 * 1024};
  rpc::testing::TestServer server_{[this](rpc::Admission& admission) {
    return std::make_unique<TransformService>(admission, Limits{.max_streams = 2}, running_);
  }};
  std::unique_ptr<v1::TransformService::Stub> stub_ =
      v1::TransformService::NewStub(server_.channel());
};

TEST_F(StreamTest, AnswersWhileTheInputComes) {
  Stream stream(*stub_);
  google::api::HttpBody body;
  ASSERT_TRUE(stream.Send("filter-lines(pattern=a) | to-hex", "a\nb\nc"));
  ASSERT_TRUE(stream.calls->Read(&body));
  EXPECT_EQ(body.data(), "610a");
  EXPECT_EQ(body.content_type(), "application/octet-stream");
  ASSERT_TRUE(stream.Send("", "at\n"));
  ASSERT_TRUE(stream.calls->Read(&body));
  EXPECT_EQ(body.data(), "6361740a");
  stream.calls->WritesDone();
  EXPECT_EQ(stream.Read(), "");
  EXPECT_TRUE(stream.calls->Finish().ok());
}

// More than a message, a unary answer or the budget of all transformations could hold.
TEST_F(StreamTest, TakesAnyLength) {
  Stream stream(*stub_);
  std::string piece(1024 * 1024, 'x');
  std::thread sender([&] {
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(stream.Send(i == 0 ? "gzip | gunzip" : "", piece));
    stream.calls->WritesDone();
  });
  std::size_t size = 0;
  google::api::HttpBody body;
  while (stream.calls->Read(&body)) {
    EXPECT_LE(body.data().size(), 64 * 1024);
    size += body.data().size();
  }
  sender.join();
  EXPECT_TRUE(stream.calls->Finish().ok());
  EXPECT_EQ(size, 100 * piece.size());
}

TEST_F(StreamTest, EndsWithTheStepThatFailed) {
  std::string output;
  grpc::Status status = Run("to-hex | from-hex | from-hex", "zz", &output);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("steps[2]: the input of from-hex"));
  status = Run("gunzip", "", &output);
  EXPECT_THAT(status.error_message(), HasSubstr("ends before its compressed data does"));
}

TEST_F(StreamTest, NeedsOneRecipe) {
  std::string output;
  EXPECT_THAT(Run("", "x", &output).error_message(), HasSubstr("recipe: must be in the first"));
  EXPECT_THAT(Run("digest", "x", &output, "digest").error_message(), HasSubstr("only one of them"));
  EXPECT_THAT(Run("digest |", "x", &output).error_message(), HasSubstr("line 1, column 9"));
  EXPECT_TRUE(Run("to-hex as h | to-hex(prefix=${h})", "a", &output).ok());
  EXPECT_EQ(output, "61366131") << "what is kept is whole";
  EXPECT_TRUE(Run("", "abc", &output, "to-hex").ok());
  EXPECT_EQ(output, "616263");
  Stream empty(*stub_, "digest(algorithm=md5)");
  empty.calls->WritesDone();
  EXPECT_EQ(empty.Read(), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_TRUE(empty.calls->Finish().ok());
}

TEST_F(StreamTest, TakesNoSecretsFromWhatProxiesLog) {
  std::string output;
  grpc::Status status = Run("to-hex | hmac(key=hunter2)", "x", &output);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("which step 1 has"));
  EXPECT_THAT(status.error_message(), ::testing::Not(HasSubstr("hunter2")));
  EXPECT_TRUE(Run("", "x", &output, "hmac(key=hunter2)").ok());
  EXPECT_EQ(output.size(), 64);
}

TEST_F(StreamTest, OnlySoManyAreOpenAndEachGivesItsPlaceBack) {
  for (int round = 0; round < 3; ++round) {
    Stream one(*stub_);
    Stream other(*stub_);
    google::api::HttpBody body;
    for (Stream* stream : {&one, &other}) {
      ASSERT_TRUE(stream->Send("to-hex", "a"));
      ASSERT_TRUE(stream->calls->Read(&body)) << "it is open";
    }
    std::string output;
    grpc::Status refused = Run("to-hex", "a", &output);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_THAT(refused.error_message(), HasSubstr("--max_streams"));
    one.calls->WritesDone();
    EXPECT_EQ(one.Read(), "");
    EXPECT_TRUE(one.calls->Finish().ok());
    EXPECT_TRUE(Run("to-hex", "a", &output).ok());
    other.calls->WritesDone();
    EXPECT_EQ(other.Read(), "");
    EXPECT_TRUE(other.calls->Finish().ok());
  }
}

// Its thread waits for a caller who reads nothing, and ends when he is gone.
TEST_F(StreamTest, ACallerWhoOnlySendsIsHeldBackAndMayLeave) {
  for (int round = 0; round < 3; ++round) {
    Stream stream(*stub_);
    std::thread sender([&] {
      std::string piece(1024 * 1024, 'x');
      stream.Send("to-hex", piece);
      while (stream.Send("", piece)) {
      }
    });
    google::api::HttpBody body;
    EXPECT_TRUE(stream.calls->Read(&body));
    stream.context.TryCancel();
    sender.join();
    EXPECT_EQ(stream.calls->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  // Both places come back as soon as the threads have seen it.
  std::string output;
  grpc::Status status;
  do {
    status = Run("to-hex", "a", &output);
  } while (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

}  // namespace
}  // namespace triad::transform
