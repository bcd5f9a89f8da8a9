// Invariant: whatever becomes of any request to S3, each object holds exactly what
// was last acknowledged for it, whole; one of which nothing was acknowledged does
// not exist; and what failures leave behind is swept.
//
// Faults: each request of the scenario meets each of them once, and is expected to
// be sent again and to succeed; then each kind of request meets one for good.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/clock.h"
#include "runtime/base/mutex.h"
#include "services/storage/blobs/s3/testing/test_s3.h"
#include "services/storage/testing/distinct_bytes.h"
#include "services/storage/testing/quiet_logs.h"
#include "services/storage/testing/storage_fixture.h"
#include "tests/support/process.h"
#include "tests/support/s3/fault_proxy.h"
#include "tests/support/s3/s3_server.h"

namespace triad::storage {
namespace {

using testing::Eventually;
using ::testing::IsEmpty;
using testing::S3Fault;
using testing::S3FaultProxy;
using testing::ScriptedRequest;
using testing::SharedS3Server;

struct FaultName {
  S3Fault fault;
  const char* name;
};

constexpr FaultName kFaults[] = {
    {S3Fault::kCutBeforeBody, "cut before the body"},
    {S3Fault::kCutInBody, "cut in the body"},
    {S3Fault::kCutBeforeReply, "cut before the reply"},
    {S3Fault::kCutInHead, "cut in the reply's head"},
    {S3Fault::kCutInReply, "cut in the reply's body"},
    {S3Fault::kInternalError, "500"},
    {S3Fault::kSlowDown, "503"},
    {S3Fault::kFlipRequest, "a byte of the request changed"},
};

// Smaller than others would have them, for there are hundreds of uploads.
constexpr std::int64_t kPartBytes = 64 << 10;

s3::Options SmallParts(const std::string& endpoint) {
  s3::Options options = s3::TestOptions(endpoint);
  options.part_bytes = kPartBytes;
  return options;
}

// One part, and a little.
const std::string& Large() {
  static const std::string& content = *[] {
    auto* text = new std::string;
    while (text->size() < kPartBytes + 1000) absl::StrAppend(text, text->size(), ",");
    return text;
  }();
  return content;
}

using Acknowledged = std::map<std::string, std::string>;
using Choose = S3FaultProxy::Choose;

class S3FaultTest : public ::testing::Test {
 protected:
  explicit S3FaultTest(const std::function<s3::Options(const std::string&)>& options = &SmallParts)
      : storage_({.place = {s3::FreshTestUrl(), options(proxy_.endpoint())}}) {}

  // From now on the requests of `storage` meet what `choose` says, counted anew.
  void Meet(Choose choose) {
    MutexLock lock(mutex_);
    choose_ = std::move(choose);
    first_ = proxy_.requests();
  }
  void MeetNothing() {
    Meet([](int, const ScriptedRequest&) { return S3Fault::kNone; });
  }

  void WriteAndRecord(const std::string& object, const std::string& content) {
    if (storage_.Write(object, content).ok()) acknowledged_[object] = content;
  }

  // Creates, replaces, reads, sweeps. Goes on after errors, as a service does.
  void RunScenario() {
    WriteAndRecord("a", "first content of a");
    WriteAndRecord("large", Large());
    WriteAndRecord("a", "second content of a");
    storage_.Read("a").status().IgnoreError();
    storage_.Read("large").status().IgnoreError();
    storage_.sweeper->SweepGarbage().status().IgnoreError();
    WriteAndRecord("empty", "");
  }

  // What is not as the invariant says, one line each.
  std::vector<std::string> Violations() {
    std::vector<std::string> violations;
    for (std::string object : {"a", "large", "empty"}) {
      absl::StatusOr<std::string> content = storage_.Read(object);
      auto expected = acknowledged_.find(object);
      if (expected == acknowledged_.end()) {
        if (!absl::IsNotFound(content.status())) violations.push_back(object + ": exists");
      } else if (!content.ok()) {
        violations.push_back(absl::StrCat(object, ": ", content.status().ToString()));
      } else if (*content != expected->second) {
        violations.push_back(object + ": holds something else");
      }
    }
    return violations;
  }

  static bool SweptAll(const absl::StatusOr<Removals>& swept) {
    return swept.ok() && swept->failed == 0;
  }

  // The process begins again, and sweeps as a service does over time.
  std::vector<std::string> ViolationsAfterSweep() {
    storage_.Restart();
    storage_.clock.Set(Clock::System().Now() + absl::Hours(2));
    EXPECT_TRUE(Eventually([&] { return SweptAll(storage_.sweeper->SweepGarbage()); }));
    EXPECT_TRUE(Eventually([&] { return SweptAll(storage_.sweeper->SweepOrphans()); }));
    std::vector<std::string> violations = Violations();
    auto blobs = storage_.blobs->ListOlderThan(Clock::System().Now() + absl::Hours(1));
    // An empty object needs none.
    std::size_t expected = acknowledged_.size() - acknowledged_.count("empty");
    if (blobs->size() != expected) {
      violations.push_back(absl::StrCat(blobs->size(), " blobs for ", expected, " objects"));
    }
    return violations;
  }

  S3Fault FaultOf(int number, const ScriptedRequest& request) {
    MutexLock lock(mutex_);
    return choose_(number - first_, request);
  }

  Mutex mutex_;
  Choose choose_ ABSL_GUARDED_BY(mutex_) = [](int, const ScriptedRequest&) {
    return S3Fault::kNone;
  };
  int first_ ABSL_GUARDED_BY(mutex_) = 0;  // requests before those that are counted
  S3FaultProxy proxy_{
      SharedS3Server().endpoint(),
      [this](int number, const ScriptedRequest& request) { return FaultOf(number, request); }};
  StorageFixture storage_;
  Acknowledged acknowledged_;
};

TEST_F(S3FaultTest, AnyRequestMayFailOnceUnnoticed) {
  int before = proxy_.requests();
  RunScenario();
  int requests = proxy_.requests() - before;
  ASSERT_GT(requests, 8);
  for (const FaultName& fault : kFaults) {
    for (int n = 1; n <= requests; ++n) {
      acknowledged_.clear();
      Meet([&](int number, const ScriptedRequest&) {
        return number == n ? fault.fault : S3Fault::kNone;
      });
      RunScenario();
      EXPECT_EQ(acknowledged_.size(), 3u) << fault.name << " at request " << n;
      EXPECT_THAT(Violations(), IsEmpty()) << fault.name << " at request " << n;
    }
  }
  MeetNothing();
  EXPECT_THAT(ViolationsAfterSweep(), IsEmpty());
}

TEST_F(S3FaultTest, AByteThatChangedOnItsWayBackIsNoticed) {
  RunScenario();
  for (std::string object : {"a", "large"}) {
    Meet([](int, const ScriptedRequest& request) {
      return request.method == "GET" ? S3Fault::kFlipReply : S3Fault::kNone;
    });
    EXPECT_EQ(storage_.Read(object).status().code(), absl::StatusCode::kDataLoss) << object;
  }
}

TEST_F(S3FaultTest, AServerThatSaysNothingIsAskedAgain) {
  Meet([](int number, const ScriptedRequest&) {
    return number == 1 ? S3Fault::kHold : S3Fault::kNone;
  });
  WriteAndRecord("a", "content");
  EXPECT_EQ(acknowledged_.size(), 1u);
  EXPECT_THAT(Violations(), IsEmpty());
}

struct Kind {
  const char* name;
  bool (*is)(const ScriptedRequest& request);
};

bool Has(const ScriptedRequest& request, absl::string_view text) {
  return absl::StrContains(request.target, text);
}

constexpr Kind kKinds[] = {
    {"PutObject",
     [](const ScriptedRequest& r) { return r.method == "PUT" && !Has(r, "partNumber"); }},
    {"CreateMultipartUpload",
     [](const ScriptedRequest& r) { return r.method == "POST" && Has(r, "?uploads"); }},
    {"UploadPart", [](const ScriptedRequest& r) { return Has(r, "partNumber"); }},
    {"CompleteMultipartUpload",
     [](const ScriptedRequest& r) { return r.method == "POST" && Has(r, "uploadId"); }},
    {"DeleteObject",
     [](const ScriptedRequest& r) { return r.method == "DELETE" && !Has(r, "uploadId"); }},
    {"GetObject", [](const ScriptedRequest& r) { return r.method == "GET" && !Has(r, "?"); }},
    {"everything", [](const ScriptedRequest&) { return true; }},
};

TEST_F(S3FaultTest, WhatFailsForGoodIsNeitherAcknowledgedNorHalfThere) {
  for (const Kind& kind : kKinds) {
    for (const FaultName& fault : kFaults) {
      MeetNothing();
      acknowledged_.clear();
      RunScenario();
      ASSERT_EQ(acknowledged_.size(), 3u);
      Meet([&](int, const ScriptedRequest& request) {
        return kind.is(request) ? fault.fault : S3Fault::kNone;
      });
      RunScenario();
      MeetNothing();
      EXPECT_THAT(ViolationsAfterSweep(), IsEmpty()) << kind.name << ": " << fault.name;
    }
  }
}

// S3 completes the upload, and nobody hears of it: the second attempt is told that
// there is no such upload.
TEST_F(S3FaultTest, ALostAnswerToTheLastRequestOfAnUploadLosesNothing) {
  std::atomic<int> completions = 0;
  Meet([&](int, const ScriptedRequest& request) {
    bool completes = request.method == "POST" && Has(request, "uploadId");
    return completes && ++completions == 1 ? S3Fault::kCutBeforeReply : S3Fault::kNone;
  });
  ASSERT_EQ(storage_.Write("large", Large()).status(), absl::OkStatus());
  EXPECT_GE(completions, 2);
  EXPECT_TRUE(*storage_.Read("large") == Large());
}

// Pieces as they are in use, each of which is one request.
class S3PiecesFaultTest : public S3FaultTest {
 protected:
  S3PiecesFaultTest()
      : S3FaultTest([](const std::string& endpoint) {
          s3::Options options = s3::TestOptions(endpoint);
          options.part_bytes = kCutBytes;
          return options;
        }) {}

  // Of three pieces, other ones each time.
  void WriteFresh() { WriteAndRecord("large", DistinctBytes(2 * kCutBytes + 100'000, ++written_)); }

  // From now on, the n-th key that is written meets `fault`, at its first request or always.
  void MeetAtKey(int n, S3Fault fault, bool always) {
    auto keys = std::make_shared<std::vector<std::string>>();
    auto met = std::make_shared<bool>(false);
    Meet([=](int, const ScriptedRequest& request) {
      if (request.method != "PUT") return S3Fault::kNone;
      auto found = std::find(keys->begin(), keys->end(), request.target);
      if (found == keys->end()) found = keys->insert(found, request.target);
      bool meets = found - keys->begin() == n && (always || !*met);
      if (meets) *met = true;
      return meets ? fault : S3Fault::kNone;
    });
  }

 private:
  std::uint32_t written_ = 0;
};

TEST_F(S3PiecesFaultTest, AnyPieceMayFailOnceUnnoticed) {
  for (S3Fault fault :
       {S3Fault::kCutInBody, S3Fault::kCutBeforeReply, S3Fault::kSlowDown, S3Fault::kFlipRequest}) {
    for (int n = 0; n < 3; ++n) {
      acknowledged_.clear();
      MeetAtKey(n, fault, false);
      WriteFresh();
      EXPECT_EQ(acknowledged_.size(), 1u) << n;
      EXPECT_THAT(Violations(), IsEmpty()) << n;
    }
  }
  MeetNothing();
  EXPECT_EQ(storage_.sweeper->SweepGarbage().status(), absl::OkStatus());
}

TEST_F(S3PiecesFaultTest, APieceThatFailsForGoodFailsTheWrite) {
  for (int n = 0; n < 3; ++n) {
    MeetAtKey(n, S3Fault::kInternalError, true);
    WriteFresh();
    EXPECT_THAT(acknowledged_, IsEmpty()) << n;
    MeetNothing();
    EXPECT_THAT(Violations(), IsEmpty()) << n;
  }
  EXPECT_THAT(ViolationsAfterSweep(), IsEmpty());
}

}  // namespace
}  // namespace triad::storage
