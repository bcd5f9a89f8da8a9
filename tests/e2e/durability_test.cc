// What the kernel sees: the data is synced before the answer leaves.
#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/http.h"
#include "tests/support/process.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

// strace attached to a running server, writing to a file.
class Trace {
 public:
  Trace(Server& server, const std::string& directory)
      : output_(directory + "/strace." + std::to_string(++traces_)),
        strace_({"/usr/bin/strace",
                 {"-f", "-y", "-s", "100000", "-o", output_, "-e",
                  "trace=fdatasync,fsync,rename,recvmsg,sendmsg", "-p",
                  std::to_string(server.process().pid())},
                 {},
                 output_ + ".log"}) {
    strace_.WaitForLine("attached");
  }

  // Everything so far; ends the trace.
  std::vector<std::string> Lines() {
    strace_.Signal(SIGINT);
    strace_.Wait();
    std::istringstream text(ReadWholeFile(output_));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }

 private:
  static inline int traces_ = 0;  // each has files of its own
  std::string output_;
  ChildProcess strace_;
};

bool Has(const std::string& line, const char* text) { return line.find(text) != std::string::npos; }

// Index of the first line from `start` on that has all of `texts`; -1 if none.
int FindLine(const std::vector<std::string>& lines, int start,
             std::initializer_list<const char*> texts) {
  for (int i = start; i < static_cast<int>(lines.size()); ++i) {
    bool all = true;
    for (const char* text : texts) all = all && Has(lines[static_cast<std::size_t>(i)], text);
    if (all) return i;
  }
  return -1;
}

class DurabilityTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { suite_ = new Suite; }
  static void TearDownTestSuite() { delete suite_; }

  Suite& suite = *suite_;

 private:
  static Suite* suite_;
};
Suite* DurabilityTest::suite_ = nullptr;

TEST_F(DurabilityTest, ConfigSyncsItsLogBeforeItAnswers) {
  Trace trace(suite.config(), suite.directory());
  HttpResponse reply = Put(suite.Url("/api/v1/namespaces/traced/entries/needle-5c1"),
                           R"({"value":{"stringValue":"x"}})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  auto lines = trace.Lines();
  int asked = FindLine(lines, 0, {"needle-5c1"});
  int synced = FindLine(lines, asked + 1, {"fdatasync(", "config.db-wal"});
  int answered = FindLine(lines, asked + 1, {"sendmsg", "needle-5c1"});
  ASSERT_GE(asked, 0);
  ASSERT_GT(answered, asked);
  EXPECT_GT(synced, asked);
  EXPECT_LT(synced, answered);
}

TEST_F(DurabilityTest, StorageSyncsContentThenNameThenRowBeforeItAnswers) {
  ASSERT_EQ(Post(suite.Url("/api/v1/buckets?bucket_id=traced")).status, 200);
  Trace trace(suite.storage(), suite.directory());
  // More than the database keeps.
  HttpResponse reply =
      Put(suite.Url("/api/v1/buckets/traced/objects/needle-77a"), std::string(100'000, 'x'), {});
  ASSERT_EQ(reply.status, 200) << reply.body;
  auto lines = trace.Lines();
  int asked = FindLine(lines, 0, {"needle-77a"});
  int content = FindLine(lines, asked + 1, {"fdatasync(", "/storage/"});
  int renamed = FindLine(lines, content + 1, {"rename("});
  int name = FindLine(lines, renamed + 1, {"fsync("});
  int row = FindLine(lines, name + 1, {"fdatasync(", "storage.db-wal"});
  int answered = FindLine(lines, row + 1, {"sendmsg", "needle-77a"});
  EXPECT_TRUE(asked >= 0 && asked < content && content < renamed && renamed < name && name < row &&
              row < answered)
      << asked << " " << content << " " << renamed << " " << name << " " << row << " " << answered;
}

TEST_F(DurabilityTest, StorageSyncsAFewBytesWithTheirRowBeforeItAnswers) {
  Post(suite.Url("/api/v1/buckets?bucket_id=traced"));
  Trace trace(suite.storage(), suite.directory());
  HttpResponse reply =
      Put(suite.Url("/api/v1/buckets/traced/objects/needle-88b"), "a few bytes", {});
  ASSERT_EQ(reply.status, 200) << reply.body;
  auto lines = trace.Lines();
  int asked = FindLine(lines, 0, {"needle-88b"});
  int row = FindLine(lines, asked + 1, {"fdatasync(", "storage.db-wal"});
  int answered = FindLine(lines, row + 1, {"sendmsg", "needle-88b"});
  EXPECT_TRUE(asked >= 0 && asked < row && row < answered)
      << asked << " " << row << " " << answered;
  EXPECT_LT(FindLine(lines, asked + 1, {"rename("}), 0) << "it needs no file";
}

}  // namespace
}  // namespace triad::testing
