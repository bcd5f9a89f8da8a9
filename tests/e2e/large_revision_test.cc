// A revision that is larger than any message: what a rollback of a namespace with 64 values
// of 1 MiB writes. Every watcher gets all of it, also one that is cut off in its middle.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <future>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/http.h"
#include "tests/support/suite.h"
#include "triad/config/v1/config.grpc.pb.h"

namespace triad::testing {
namespace {

namespace v1 = triad::config::v1;
using nlohmann::json;

constexpr std::size_t kMiB = 1 << 20;
constexpr int kValues = 64;
constexpr char kPath[] = "/api/v1/namespaces/large";

std::string Value(int key) { return std::string(kMiB, static_cast<char>('a' + key % 26)); }
std::string NameOf(int key) { return "namespaces/large/entries/k" + std::to_string(key); }

// What a client knows that takes revisions whole, and drops what has no end.
class Replica {
 public:
  // One message; `resume` is empty if it is not the last of its revision.
  void Take(const std::vector<std::pair<std::string, std::string>>& entries,
            const std::string& resume) {
    ++messages_;
    for (const auto& entry : entries) unfinished_.push_back(entry);
    if (resume.empty()) return;
    for (auto& [name, value] : unfinished_) known_[name] = std::move(value);
    largest_ = std::max(largest_, unfinished_.size());
    unfinished_.clear();
    resume_ = resume;
  }
  void CutOff() { unfinished_.clear(); }

  int messages() const { return messages_; }
  const std::string& resume() const { return resume_; }
  // Whether it has seen the revision of the rollback, and that whole.
  bool IsRolledBack() const {
    if (largest_ != kValues) return false;
    for (int key = 0; key < kValues; ++key) {
      auto found = known_.find(NameOf(key));
      if (found == known_.end() || found->second != Value(key)) return false;
    }
    return true;
  }

 private:
  std::map<std::string, std::string> known_;
  std::vector<std::pair<std::string, std::string>> unfinished_;
  std::size_t largest_ = 0;  // of its revisions
  std::string resume_;
  int messages_ = 0;
};

class LargeRevisionTest : public ::testing::Test {
 protected:
  // Large values, then small ones in their place. Returns the revision of the large ones.
  std::string Fill() {
    std::string revision;
    for (int key = 0; key < kValues; ++key) {
      json body = {{"value", {{"stringValue", Value(key)}}}};
      HttpResponse put =
          Put(suite_.Url(std::string(kPath) + "/entries/k" + std::to_string(key)), body.dump());
      EXPECT_EQ(put.status, 200) << put.body.substr(0, 300);
      revision = put.json().at("revision");
    }
    json operations = json::array();
    for (int key = 0; key < kValues; ++key) {
      operations.push_back(
          {{"put", {{"name", NameOf(key)}, {"value", {{"stringValue", "small"}}}}}});
    }
    HttpResponse commit =
        Post(suite_.Url(std::string(kPath) + ":commit"), json{{"operations", operations}}.dump());
    EXPECT_EQ(commit.status, 200) << commit.body.substr(0, 300);
    return revision;
  }

  std::string ResumeOfNow() {
    return Get(suite_.Url(std::string(kPath) + "/entries?page_size=1")).json().at("resume");
  }

  // Watches until the rollback has come, or so many messages.
  void FollowGrpc(Replica& replica, const std::string& after, int messages) {
    grpc::ClientContext context;
    auto stub = v1::ConfigService::NewStub(
        grpc::CreateChannel(suite_.config().address(), grpc::InsecureChannelCredentials()));
    v1::WatchEntriesRequest request;
    request.set_parent("namespaces/large");
    request.set_after(after);
    auto stream = stub->WatchEntries(&context, request);
    v1::WatchEntriesResponse response;
    while (!replica.IsRolledBack() && replica.messages() < messages && stream->Read(&response)) {
      EXPECT_LE(response.ByteSizeLong(), kMiB + 4096);
      EXPECT_EQ(response.resume().empty(), !response.has_revision_end());
      std::vector<std::pair<std::string, std::string>> entries;
      for (const v1::EntryEvent& event : response.events()) {
        entries.emplace_back(event.entry().name(), event.entry().value().string_value());
      }
      replica.Take(entries, response.resume());
    }
    context.TryCancel();
    stream->Finish();
    replica.CutOff();
  }

  // The same as a browser does it, which goes on after the last id.
  void FollowEvents(Replica& replica, const std::string& after, int messages) {
    std::string received, id;
    HttpRequest request;
    request.url = suite_.Url(std::string(kPath) + "/entries:watch");
    request.headers = {"Accept: text/event-stream", "Last-Event-ID: " + after};
    request.on_body = [&](const char* data, std::size_t size) {
      received.append(data, size);
      // A line is looked for where it can end now.
      std::size_t from = received.size() - size;
      for (std::size_t end; (end = received.find('\n', from)) != std::string::npos; from = 0) {
        TakeLine(received.substr(0, end), id, replica);
        received.erase(0, end + 1);
      }
      return !replica.IsRolledBack() && replica.messages() < messages;
    };
    Send(std::move(request));
    replica.CutOff();
  }

  static void TakeLine(const std::string& line, std::string& id, Replica& replica) {
    if (line.rfind("id: ", 0) == 0) id = line.substr(4);
    if (line.rfind("data: ", 0) != 0) return;
    json message = json::parse(line.substr(6));
    std::string resume = message.at("resume");
    EXPECT_EQ(id, resume) << "an id says where to go on";
    std::vector<std::pair<std::string, std::string>> entries;
    for (const json& event : message.at("events")) {
      entries.emplace_back(event.at("entry").at("name"),
                           event.at("entry").at("value").at("stringValue"));
    }
    replica.Take(entries, resume);
    id.clear();
  }

  Suite suite_;
};

TEST_F(LargeRevisionTest, ReachesEveryWatcherAlsoThoseThatAreCutOffInItsMiddle) {
  constexpr int kInTheMiddle = 20, kAll = 1000;
  std::string large = Fill();
  std::string before = ResumeOfNow();
  std::vector<Replica> replicas(6);
  std::vector<std::future<void>> watchers;
  for (std::size_t i = 0; i < replicas.size(); ++i) {
    watchers.push_back(std::async(std::launch::async, [&, i] {
      bool events = i % 2 == 0, cut = i < 4;
      auto follow = [&](int messages) {
        std::string after = replicas[i].resume().empty() ? before : replicas[i].resume();
        if (events) {
          FollowEvents(replicas[i], after, messages);
        } else {
          FollowGrpc(replicas[i], after, messages);
        }
      };
      if (cut) follow(kInTheMiddle);
      EXPECT_EQ(replicas[i].resume(), "") << "where it was cut off nothing was whole";
      follow(kAll);
    }));
  }
  while (suite_.config().Metric("triad_config_watchers") < 6) std::this_thread::yield();
  std::size_t idle = ProcessMemoryBytes(suite_.config().process().pid(), "VmRSS");
  HttpResponse rollback =
      Post(suite_.Url(std::string(kPath) + ":rollback"), json{{"revision", large}}.dump());
  ASSERT_EQ(rollback.status, 200) << rollback.body.substr(0, 300);
  for (auto& watcher : watchers) watcher.get();
  std::string revision = rollback.json().at("revision");
  for (const Replica& replica : replicas) {
    EXPECT_TRUE(replica.IsRolledBack());
    EXPECT_EQ(replica.resume().substr(replica.resume().find('-') + 1), revision);
    EXPECT_GE(replica.messages(), kValues) << "each at most one value";
  }
  std::size_t peak = ProcessMemoryBytes(suite_.config().process().pid(), "VmHWM");
  std::printf("config: idle %zu MiB, peak %zu MiB\n", idle / kMiB, peak / kMiB);
}

// A page has to hear of it: an id alone is a mark, which a browser shows to nobody.
TEST_F(LargeRevisionTest, AnEndWithoutEventsIsAnEvent) {
  std::string before = ResumeOfNow();
  json web = {{"name", NameOf(0)},
              {"value", {{"stringValue", std::string(kMiB * 3 / 4, 'x')}}},
              {"labels", {{"team", "web"}}}};
  json other = {{"name", NameOf(1)}, {"value", web.at("value")}};
  json commit = {{"operations", {{{"put", web}}, {{"put", other}}}}};
  HttpResponse committed = Post(suite_.Url(std::string(kPath) + ":commit"), commit.dump());
  ASSERT_EQ(committed.status, 200) << committed.body.substr(0, 300);
  RawConnection stream(suite_.gateway().address());
  stream.Write("GET " + std::string(kPath) +
               "/entries:watch?label_selector=team%3Dweb HTTP/1.1\r\nHost: localhost\r\n"
               "Accept: text/event-stream\r\nLast-Event-ID: " +
               before + "\r\n\r\n");
  std::string received = stream.ReadUntil("revisionEnd");
  std::size_t end = received.rfind("data: ");
  ASSERT_NE(end, std::string::npos);
  EXPECT_NE(received.substr(end).find(R"("events":[])"), std::string::npos)
      << received.substr(end, 300);
  EXPECT_EQ(received.find("id: "), received.rfind("id: ")) << "the end alone has an id";
  EXPECT_GT(received.find("id: "), received.find(NameOf(0)));
}

}  // namespace
}  // namespace triad::testing
