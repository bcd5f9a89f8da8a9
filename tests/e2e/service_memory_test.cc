// docs/operations.md says what memory a service needs. It gets that much and not a byte
// more, and clients on its own port that take all they can.
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/control_group.h"
#include "tests/support/http.h"
#include "tests/support/suite.h"
#include "tests/support/watch_crowd.h"

namespace triad::testing {
namespace {

using Reader = WatchCrowd::Reader;

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = 1024 * kKiB;
constexpr std::size_t kBudget = 32 * kMiB;
constexpr std::size_t kConnections = 200;
constexpr std::size_t kCalls = 2000;
constexpr std::size_t kWatches = 1000;
constexpr std::size_t kThreads = 8;
constexpr std::size_t kWatchBuffer = 16 * kMiB;
constexpr std::size_t kImportEntries = 50'000;
constexpr int kRounds = 3;
// Less than that a process does not give back.
constexpr std::size_t kKept = 8 * kMiB;

// Of every service, in docs/operations.md.
constexpr std::size_t kShared = kBudget + 24 * kKiB * kConnections + 22 * kKiB * kCalls;

std::string Text(std::size_t bytes) { return std::string(bytes, 'x'); }

class ServiceMemoryTest : public ::testing::Test {
 protected:
  explicit ServiceMemoryTest(std::string name) : name_(std::move(name)), suite_(Options(name_)) {}

  static SuiteOptions Options(const std::string& name) {
    SuiteOptions options;
    std::vector<std::string> flags = {"--memory_budget_bytes=" + std::to_string(kBudget),
                                      "--max_connections=" + std::to_string(kConnections),
                                      "--max_calls=" + std::to_string(kCalls),
                                      "--executor_threads=" + std::to_string(kThreads)};
    if (name == "config") {
      flags.push_back("--max_watches=" + std::to_string(kWatches));
      flags.push_back("--watch_buffer_bytes=" + std::to_string(kWatchBuffer));
      flags.push_back("--import_entries=" + std::to_string(kImportEntries));
    }
    options.arguments[name] = flags;
    return options;
  }

  Server& service() { return suite_.server(name_); }

  // `connections` with `streams` calls each, of which every other connection never reads and
  // the rest shut the windows of their streams.
  void Crowd(const std::string& method, const std::string& request, int connections, int streams,
             std::size_t withheld = 0) {
    WatchCrowd::Options options;
    options.address = service().address();
    options.path = "/triad." + name_ + ".v1." + method;
    options.request = request;
    options.streams = streams;
    options.withheld = withheld;
    for (int i = 0; i < connections; ++i) {
      options.connections.push_back(i % 2 == 0 ? Reader::kStops : Reader::kShutsWindows);
    }
    crowds_.push_back(std::make_unique<WatchCrowd>(options));
    crowds_.back()->Stop();
  }

  // Runs `attack` several times in a group that has `needed` bytes.
  template <typename Attack>
  void Survives(std::size_t needed, Attack attack) {
    std::string why;
    std::unique_ptr<ControlGroup> group = ControlGroup::Make(needed, why);
    if (group == nullptr) GTEST_SKIP() << why;
    service().Stop();
    ASSERT_TRUE(group->Enter());
    service().Start();
    ASSERT_TRUE(group->Leave());
    std::size_t first = 0;
    for (int round = 0; round < kRounds; ++round) {
      attack();
      EXPECT_TRUE(Eventually([&] { return Get(suite_.Url("/api/health")).status == 200; }));
      crowds_.clear();
      clients_.clear();
      EXPECT_TRUE(Eventually([&] { return service().Metric("triad_rpc_server_in_flight") == 0; }))
          << "all calls have ended";
      if (round == 0) first = Resident();
    }
    std::printf("%s: of %zu MiB at most %zu, then %zu, at first %zu\n", name_.c_str(),
                needed / kMiB, static_cast<std::size_t>(group->Peak() / kMiB), Resident() / kMiB,
                first / kMiB);
    EXPECT_TRUE(service().process().Running());
    EXPECT_EQ(group->Killed(), 0);
    EXPECT_TRUE(Eventually([&] { return Resident() <= first + first / 20 + kKept; }))
        << Resident() << " after " << first;
    EXPECT_EQ(service().Stop(), 0);
  }
  std::size_t Resident() { return ProcessMemoryBytes(service().process().pid(), "VmRSS"); }

  const std::string name_;
  Suite suite_;
  std::vector<std::unique_ptr<WatchCrowd>> crowds_;
  std::vector<std::unique_ptr<RawConnection>> clients_;  // of the gateway
};

class TransformMemoryTest : public ServiceMemoryTest {
 protected:
  TransformMemoryTest() : ServiceMemoryTest("transform") {}

  // Recipes with about all that one may have. A list has a page of them.
  void KeepRecipes() {
    nlohmann::json test = {{"inputText", Text(250 * kKiB)}, {"outputText", "256000"}};
    nlohmann::json recipe = {{"recipe", "count(what=code-points)"}, {"tests", {test}}};
    for (int i = 0; i < 4; ++i) {
      std::string url = suite_.Url("/api/v1/recipes?recipe_id=r" + std::to_string(i));
      HttpResponse kept = Post(url, recipe.dump());
      EXPECT_TRUE(kept.status == 200 || kept.status == 409) << kept.body;
    }
  }
};

TEST_F(TransformMemoryTest, WithWhatItNeedsIsNotKilled) {
  std::string to_hex = Field(3, Field(1, "to-hex"));
  Survives(112 * kMiB + 4 * kMiB * kThreads + kShared, [&] {
    KeepRecipes();
    Crowd("TransformService/ListRecipes", "", 2, 50);
    Crowd("TransformService/Mirror", "", 2, 900, 5);
    Crowd("TransformService/Mirror", Field(1, Text(kMiB)), 2, 25, 1);
    Crowd("TransformService/Transform", Field(1, Text(kMiB)) + to_hex + to_hex, 2, 40);
  });
}

class ConfigMemoryTest : public ServiceMemoryTest {
 protected:
  ConfigMemoryTest() : ServiceMemoryTest("config") {}

  void Write(int key) {
    HttpRequest request;
    request.method = "PUT";
    request.url = suite_.Url("/api/v1/namespaces/crowd/entries/k" + std::to_string(key));
    request.headers = {"Content-Type: application/json"};
    request.body = R"({"value":{"stringValue":")" + Text(kMiB - 100) + "\"}}";
    Send(std::move(request));
  }

  // As many entries as there may be. Returns the status.
  int Import() {
    std::string file = R"({"entries":{"a":0)";
    for (std::size_t i = 1; i < kImportEntries; ++i) file += ",\"k" + std::to_string(i) + "\":1";
    return Post(suite_.Url("/api/v1/namespaces/imported:import"), file + "}}").status;
  }
};

TEST_F(ConfigMemoryTest, WithWhatItNeedsIsNotKilled) {
  constexpr std::size_t kOwn = 64 * kMiB + 32 * kMiB + kWatchBuffer + 32 * kMiB + 12 * kMiB +
                               32 * kMiB + kThreads * 4 * kMiB + 512 * kImportEntries;
  Survives(kOwn + kShared, [&] {
    Crowd("ConfigService/WatchEntries", WatchRequest("crowd"), 4, 250);
    Crowd("ConfigService/GetEntry", "", 1, 700, 5);
    Crowd("ConfigService/SetEntry", SetRequest("crowd", "half", Text(kMiB - 100)), 2, 50, 1);
    for (int i = 0; i < 60; ++i) Write(i % 20);
    Crowd("ConfigService/ListEntries", WatchRequest("crowd"), 2, 40);
    // Files that never end, but for one.
    std::string file = Field(2, Field(2, Text(kMiB - 100)));
    Crowd("ConfigService/ImportEntries", Field(1, "namespaces/crowd") + file, 2, 50);
    EXPECT_TRUE(Eventually([&] { return Import() == 200; }));
  });
}

class StorageMemoryTest : public ServiceMemoryTest {
 protected:
  StorageMemoryTest() : ServiceMemoryTest("storage") {}

  // Through the gateway: uploads that stay half done, downloads that nobody reads.
  void Attack(int count, const std::string& line, const std::string& fields) {
    for (int i = 0; i < count; ++i) {
      clients_.push_back(std::make_unique<RawConnection>(suite_.gateway().address()));
      clients_.back()->TryWrite(line + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n" +
                                Text(kMiB));
    }
  }
};

TEST_F(StorageMemoryTest, WithWhatItNeedsIsNotKilled) {
  ASSERT_EQ(Post(suite_.Url("/api/v1/buckets?bucket_id=crowd"), "").status, 200);
  HttpRequest upload;
  upload.method = "PUT";
  upload.url = suite_.Url("/api/v1/buckets/crowd/objects/large");
  upload.body = Text(16 * kMiB);
  ASSERT_EQ(Send(std::move(upload)).status, 200);
  std::string large = Field(1, "buckets/crowd/objects/large");
  Survives(128 * kMiB + kShared, [&] {
    Crowd("StorageService/GetObject", "", 1, 900, 5);
    Crowd("StorageService/WriteObject",
          Field(1, "buckets/crowd/objects/half") + Field(2, Field(2, Text(kMiB))), 2, 50, 1);
    Crowd("StorageService/ReadObject", large, 4, 100);
    Attack(100, "PUT /api/v1/buckets/crowd/objects/half", "Content-Length: 16777216\r\n");
    Attack(100, "GET /api/v1/buckets/crowd/objects/large", "");
  });
}

}  // namespace
}  // namespace triad::testing
