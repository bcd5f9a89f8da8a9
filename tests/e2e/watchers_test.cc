// Thousands of watches, and clients that do not read what they asked for: what is kept
// for them is shared, and does not grow with their number.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/http.h"
#include "tests/support/suite.h"
#include "tests/support/watch_crowd.h"

namespace triad::testing {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;  // memory is the sanitizer's then
#else
constexpr bool kSanitized = false;
#endif

constexpr std::size_t kMiB = 1024 * 1024;
constexpr int kStreams = 250;  // of each connection

// 10,000 if $TRIAD_TEST_WATCHES says so, with half a minute for it.
int Watches() {
  const char* given = std::getenv("TRIAD_TEST_WATCHES");
  return given == nullptr ? 2000 : std::atoi(given);
}

WatchCrowd::Options Call(const Server& config, const std::string& method, std::string request) {
  WatchCrowd::Options options;
  options.address = config.address();
  options.path = "/triad.config.v1.ConfigService/" + method;
  options.request = std::move(request);
  options.connections = {WatchCrowd::Reader::kReads};
  return options;
}

void SetText(const Server& config, const std::string& text) {
  WatchCrowd call(Call(config, "SetEntry", SetRequest("crowd", "text", text)));
  ASSERT_TRUE(Eventually([&] { return call.large_messages() == 1; }));
}

// Half of them read; the others stop, as a process does, or shut the window of their
// stream, as a slow browser behind the gateway does.
std::vector<WatchCrowd::Reader> Readers(int connections) {
  using Reader = WatchCrowd::Reader;
  std::vector<Reader> readers;
  for (int i = 0; i < connections; ++i) {
    readers.push_back(i % 2 == 0   ? Reader::kReads
                      : i % 4 == 1 ? Reader::kStops
                                   : Reader::kShutsWindows);
  }
  return readers;
}

// How far the memory of a process grows from here on.
class Peak {
 public:
  Peak(const char* name, Server& server)
      : name_(name), pid_(server.process().pid()), idle_(ProcessMemoryBytes(pid_, "VmRSS")) {
    std::ofstream("/proc/" + std::to_string(pid_) + "/clear_refs") << "5";  // resets VmHWM
  }

  std::size_t growth() const {
    std::size_t peak = ProcessMemoryBytes(pid_, "VmHWM");
    std::printf("%s: idle %zu MiB, peak %zu MiB\n", name_, idle_ / kMiB, peak / kMiB);
    return peak - std::min(peak, idle_);
  }

 private:
  const char* name_;
  pid_t pid_;
  std::size_t idle_;
};

TEST(WatchersTest, ALargeWriteIsHeldOnceHoweverManyWatch) {
  int connections = Watches() / kStreams;
  TemporaryDirectory directory;
  Server config("config", directory.path(),
                {"--max_watches=" + std::to_string(Watches()),
                 "--max_calls=" + std::to_string(2 * Watches())});
  config.Start();
  WatchCrowd::Options options = Call(config, "WatchEntries", WatchRequest("crowd"));
  options.connections = Readers(connections);
  options.streams = kStreams;
  options.large_bytes = kMiB;
  WatchCrowd crowd(options);
  ASSERT_TRUE(Eventually([&] { return crowd.begun() == connections * kStreams; })) << crowd.begun();
  crowd.Stop();
  Peak peak("config", config);
  SetText(config, std::string(kMiB, 'x'));
  int reading = (connections + 1) / 2 * kStreams;
  ASSERT_TRUE(Eventually([&] { return crowd.large_messages() == reading; }))
      << crowd.large_messages() << " of " << reading;
  if (!kSanitized) {
    EXPECT_LE(peak.growth(), 64 * kMiB);
  }
  EXPECT_EQ(crowd.ended(), 0);
  EXPECT_EQ(config.Metric("triad_config_watchers"), connections * kStreams);
}

// Event streams of browsers, of which every other one reads.
TEST(WatchersTest, NorHoweverManyEventStreamsTheGatewayHas) {
  constexpr int kEventStreams = 500;
  Suite suite;
  std::vector<std::unique_ptr<RawConnection>> streams;
  for (int i = 0; i < kEventStreams; ++i) {
    streams.push_back(std::make_unique<RawConnection>(suite.gateway().address()));
    streams.back()->Write(
        "GET /api/v1/namespaces/crowd/entries:watch HTTP/1.1\r\nHost: localhost\r\n"
        "Accept: text/event-stream\r\n\r\n");
  }
  for (const auto& stream : streams) {
    ASSERT_NE(stream->ReadUntil("\nid:").find("\nid:"), std::string::npos);
  }
  Peak config("config", suite.config());
  SetText(suite.config(), std::string(kMiB - 3, 'x') + "END");
  for (int i = 0; i < kEventStreams; i += 2) {
    ASSERT_NE(streams[i]->ReadUntil("xEND").find("xEND"), std::string::npos) << i;
  }
  if (!kSanitized) {
    EXPECT_LE(config.growth(), 64 * kMiB);
  }
}

TEST(WatchersTest, OneMoreThanMaxWatchesIsToldToComeBack) {
  SuiteOptions suite_options;
  suite_options.arguments["config"] = {"--max_watches=2"};
  Suite suite(suite_options);
  WatchCrowd::Options options = Call(suite.config(), "WatchEntries", WatchRequest("crowd"));
  options.streams = 2;
  WatchCrowd crowd(options);
  ASSERT_TRUE(Eventually([&] { return crowd.begun() == 2; }));
  HttpResponse refused = Get(suite.Url("/api/v1/namespaces/crowd/entries:watch"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.body.find("2 watches are open already (--max_watches)"), std::string::npos)
      << refused.body;
  EXPECT_EQ(refused.headers["retry-after"], "5");
  EXPECT_EQ(Get(suite.Url("/api/v1/namespaces/crowd/entries")).status, 200);
}

}  // namespace
}  // namespace triad::testing
