// Derivations of keys over gRPC, which hold up nobody else.
#include "services/transform/apart_threads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "runtime/base/mutex.h"
#include "runtime/rpc/testing/test_server.h"
#include "services/transform/service.h"
#include "triad/transform/v1/transform.grpc.pb.h"

namespace triad::transform {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Of so many one is taken, and one may wait.
constexpr std::size_t kCallers = 4;

constexpr char kDerivation[] = "pbkdf2(salt=salt, iterations=1)";
constexpr char kLongest[] = "pbkdf2(salt=salt, iterations=1000000)";

// Holds the one thread for as long as it lives.
class Holder {
 public:
  explicit Holder(ApartThreads& apart)
      : thread_([this, &apart] {
          absl::Status ran = apart.Run([this] {
            begun_.Notify();
            release_.WaitForNotification();
          });
          EXPECT_TRUE(ran.ok()) << ran;
        }) {
    begun_.WaitForNotification();
  }
  ~Holder() {
    release_.Notify();
    thread_.join();
  }

 private:
  absl::Notification begun_;
  absl::Notification release_;
  std::thread thread_;
};

class ApartThreadsTest : public ::testing::Test {
 protected:
  grpc::Status Transform(const std::string& recipe, std::string* output) {
    grpc::ClientContext context;
    v1::TransformRequest request;
    v1::TransformResponse response;
    request.set_text("Triad");
    request.set_recipe(recipe);
    // What is refused in a trace, too, is an error of the call.
    request.set_trace(true);
    grpc::Status status = stub_->Transform(&context, request, &response);
    *output = response.text();
    return status;
  }
  grpc::Status TransformStream(const std::string& recipe) {
    grpc::ClientContext context;
    auto stream = stub_->TransformStream(&context);
    v1::TransformStreamRequest request;
    request.set_recipe(recipe);
    stream->Write(request);
    stream->WritesDone();
    google::api::HttpBody body;
    while (stream->Read(&body)) continue;
    return stream->Finish();
  }

  ApartThreads apart_{kCallers};
  RunningBytes running_{std::int64_t{64} * 1024 * 1024};
  rpc::testing::TestServer server_{
      [this](rpc::Admission& admission) {
        Limits limits;
        limits.apart = [this](absl::FunctionRef<void()> work) { return apart_.Run(work); };
        return std::make_unique<TransformService>(admission, limits, running_);
      },
      {.threads = kCallers}};
  std::unique_ptr<v1::TransformService::Stub> stub_ =
      v1::TransformService::NewStub(server_.channel());
};

// Calls of one recipe at a time, and how they ended, in that order.
class Calls {
 public:
  template <typename Call>
  void Start(Call call) {
    threads_.emplace_back([this, call] {
      grpc::Status status = call();
      MutexLock lock(mutex_);
      ended_.push_back(std::move(status));
      changed_.NotifyAll();
    });
  }
  ~Calls() { Join(); }

  void Join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  // The first that ends, once it has.
  grpc::Status First() {
    MutexLock lock(mutex_);
    while (ended_.empty()) changed_.Wait(mutex_);
    return ended_.front();
  }
  std::size_t succeeded() {
    MutexLock lock(mutex_);
    return static_cast<std::size_t>(
        std::count_if(ended_.begin(), ended_.end(), [](const auto& one) { return one.ok(); }));
  }

 private:
  std::vector<std::thread> threads_;
  Mutex mutex_;
  CondVar changed_;
  std::vector<grpc::Status> ended_ ABSL_GUARDED_BY(mutex_);
};

TEST_F(ApartThreadsTest, WhatIsQuickIsAnsweredWhileDerivationsWait) {
  Calls derivations;
  std::string output;
  {
    Holder holder(apart_);
    // One of them waits, which leaves no room for the other.
    for (int i = 0; i < 2; ++i) {
      derivations.Start([this] {
        std::string key;
        return Transform(kDerivation, &key);
      });
    }
    grpc::Status refused = derivations.First();
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_THAT(refused.error_message(),
                AllOf(StartsWith("steps[0]: it cannot be stopped once it runs"),
                      HasSubstr("1 such operations wait already: try again later")));
    refused = TransformStream(kDerivation);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_TRUE(Transform("to-base64", &output).ok());
    EXPECT_EQ(output, "VHJpYWQ=");
    EXPECT_EQ(derivations.succeeded(), 0);
  }
  derivations.Join();
  EXPECT_EQ(derivations.succeeded(), 1) << "the one that waited has had its turn";
  EXPECT_TRUE(TransformStream(kDerivation).ok());
}

// More than there are threads for calls, each of which would work on one for its whole length.
TEST_F(ApartThreadsTest, WhatIsQuickIsAnsweredBeforeTheLongestDerivationsEnd) {
  Calls derivations;
  for (std::size_t i = 0; i < 2 * kCallers; ++i) {
    derivations.Start([this] {
      std::string key;
      return Transform(kLongest, &key);
    });
  }
  EXPECT_EQ(derivations.First().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  std::string output;
  EXPECT_TRUE(Transform("to-base64", &output).ok());
  EXPECT_LT(derivations.succeeded(), 2);
  derivations.Join();
  EXPECT_GE(derivations.succeeded(), 1);
}

}  // namespace
}  // namespace triad::transform
