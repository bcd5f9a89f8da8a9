// docs/operations.md says what memory a gateway needs. It gets that much and not a byte
// more, and clients that take all they can.
#include <gtest/gtest.h>

#include <memory>

#include "tests/support/control_group.h"
#include "tests/support/http.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = 1024 * kKiB;
constexpr std::size_t kBudget = 32 * kMiB;
constexpr std::size_t kConnections = 700;
constexpr std::size_t kLoops = 2;
constexpr std::size_t kMaxBody = 4 * kMiB;
// The formula of docs/operations.md.
constexpr std::size_t kNeeded =
    48 * kMiB + kBudget + 24 * kKiB * kConnections + 8 * kLoops * kMaxBody;

class MemoryLimitTest : public ::testing::Test {
 protected:
  using Clients = std::vector<std::unique_ptr<RawConnection>>;

  static SuiteOptions Options() {
    SuiteOptions options;
    options.arguments["gateway"] = {"--memory_budget_bytes=" + std::to_string(kBudget),
                                    "--max_connections=" + std::to_string(kConnections),
                                    "--loops=" + std::to_string(kLoops),
                                    "--max_body_bytes=" + std::to_string(kMaxBody)};
    return options;
  }

  // Sends `head` and `more` from 127.0.0.2 and so on, and reads nothing.
  void Attack(Clients& clients, std::size_t count, const std::string& head,
              const std::string& more = "") {
    for (std::size_t i = 0; i < count; ++i) {
      std::string from = "127.0.0." + std::to_string(2 + i % 100);
      clients.push_back(std::make_unique<RawConnection>(suite_.gateway().address(), from));
      clients.back()->TryWrite(head + more);
    }
  }
  std::string Head(const std::string& line, const std::string& fields) const {
    return line + " HTTP/1.1\r\nHost: localhost\r\n" + fields;
  }

  // Bodies that are all but whole, of known and unknown length; event streams with fat
  // heads; heads without an end; answers that nobody reads.
  void AttackAll(Clients& clients) {
    std::string json = "Content-Type: application/json\r\n";
    std::string post = Head("POST /api/v1/transform", json);
    std::string most(kMaxBody - 1, ' ');
    Attack(clients, 64, post + "Content-Length: " + std::to_string(kMaxBody) + "\r\n\r\n", most);
    Attack(clients, 32, post + "Transfer-Encoding: chunked\r\n\r\n3fffff\r\n", most);
    std::string fat;
    for (int i = 0; i < 120; ++i) fat += "a: " + std::string(480, 'a') + "\r\n";
    Attack(clients, 200,
           Head("GET /api/v1/namespaces/app/entries:watch", "Accept: text/event-stream\r\n"),
           fat + "\r\n");
    Attack(clients, 200, Head("GET /", "A: " + std::string(60 * kKiB, 'a')));
    Attack(clients, 100, Head("GET /openapi.json", "\r\n"));
  }

  // Others are served meanwhile.
  void ExpectServed() {
    EXPECT_TRUE(Eventually([&] { return Get(suite_.Url("/api/mirror?word=a")).status == 200; }));
    EXPECT_TRUE(Eventually([&] {
      return Post(suite_.Url("/api/v1/transform"),
                  R"({"text":"a","steps":[{"operation":"reverse"}]})")
                 .status == 200;
    }));
  }
  std::size_t Resident() { return ProcessMemoryBytes(suite_.gateway().process().pid(), "VmRSS"); }

  Suite suite_{Options()};
};

TEST_F(MemoryLimitTest, AGatewayWithWhatItNeedsIsNotKilled) {
  std::string why;
  std::unique_ptr<ControlGroup> group = ControlGroup::Make(kNeeded, why);
  if (group == nullptr) GTEST_SKIP() << why;
  suite_.gateway().Stop();
  ASSERT_TRUE(group->Enter());
  suite_.gateway().Start();
  ASSERT_TRUE(group->Leave());
  std::size_t first = 0;
  for (int round = 0; round < 3; ++round) {
    Clients clients;
    AttackAll(clients);
    ExpectServed();
    clients.clear();
    EXPECT_TRUE(Eventually([&] { return suite_.gateway().Metric("triad_memory_used_bytes") == 0; }))
        << "all accounts are at 0";
    if (round == 0) first = Resident();
  }
  EXPECT_TRUE(suite_.gateway().process().Running());
  EXPECT_EQ(group->Killed(), 0);
  EXPECT_TRUE(Eventually([&] { return Resident() <= first + first / 20; }))
      << Resident() << " after " << first;
  RecordProperty("resident", std::to_string(Resident()));
  EXPECT_EQ(suite_.gateway().Stop(), 0);
}

}  // namespace
}  // namespace triad::testing
