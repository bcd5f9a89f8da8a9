// `triad-storage move` between the local disk and a real S3, with the real binary: killed on the
// way, run again, and every object served from where it was moved to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <optional>

#include "tests/support/http.h"
#include "tests/support/s3/fault_proxy.h"
#include "tests/support/s3/s3_server.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr char kPath[] = "/api/v1/buckets/uploads/objects/";

struct Ended {
  int code = 0;
  std::string output;
};

// Content of more than one piece, and of as many bytes as no other.
std::string Content(int number) {
  std::size_t size = number == 0 ? 33 << 20 : 100'000 + static_cast<std::size_t>(number);
  std::string content;
  content.reserve(size + 20);
  while (content.size() < size)
    content += std::to_string(number) + " " + std::to_string(content.size());
  content.resize(size);
  return content;
}

class MoveTest : public ::testing::Test {
 protected:
  void Upload(int first, int end) {
    for (int i = first; i < end; ++i) {
      std::string name = "object-" + std::to_string(i);
      contents_[name] = Content(i);
      HttpResponse put =
          OnceServed([&] { return Put(suite_.Url(kPath + name), contents_[name], {}); });
      ASSERT_EQ(put.status, 200) << put.body;
    }
  }
  void ExpectAllServed() {
    for (const auto& [name, content] : contents_) {
      HttpResponse got = OnceServed([&] { return Get(suite_.Url(kPath + name)); });
      EXPECT_EQ(got.status, 200) << name;
      EXPECT_TRUE(got.body == content) << name;
    }
  }
  void StartOn(const std::string& blobs, const std::string& endpoint) {
    std::vector<std::string> environment = S3Server::Environment();
    environment.insert(environment.end(), {"TRIAD_BLOBS=" + blobs, "TRIAD_S3_PATH_STYLE=true",
                                           "TRIAD_S3_ENDPOINT=" + endpoint});
    suite_.storage().Start(environment);
  }

  std::unique_ptr<ChildProcess> BeginMove(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "move");
    arguments.push_back("--s3_path_style");
    log_ = suite_.directory() + "/move." + std::to_string(++moves_) + ".log";
    ChildProcessOptions options;
    options.program = BinaryDirectory() + "/triad-storage";
    options.arguments = std::move(arguments);
    options.environment = S3Server::Environment();
    options.log = log_;
    return std::make_unique<ChildProcess>(std::move(options));
  }
  Ended Move(std::vector<std::string> arguments) {
    int code = BeginMove(std::move(arguments))->Wait();
    return {code, ReadWholeFile(log_)};
  }
  // Killed when S3 has answered some requests of this kind, and answers no more.
  void MoveAndKill(const std::string& method, std::vector<std::string> arguments) {
    std::atomic<int> requests = 0;
    S3FaultProxy proxy(s3_.endpoint(), [&](int, const ScriptedRequest& request) {
      bool held = request.method == method && ++requests > 10;
      return held ? S3Fault::kHold : S3Fault::kNone;
    });
    arguments.push_back("--s3_endpoint=" + proxy.endpoint());
    auto process = BeginMove(std::move(arguments));
    ASSERT_TRUE(Eventually([&] { return requests > 12; }));
    process->Kill();
  }

  std::string Data() { return "--data_dir=" + suite_.storage().data_directory(); }

  S3Server s3_;
  Suite suite_;
  std::map<std::string, std::string> contents_;
  std::string log_;
  int moves_ = 0;
};

TEST_F(MoveTest, ToS3AndBackThoughItIsKilledOnTheWay) {
  std::string endpoint = "--s3_endpoint=" + s3_.endpoint();
  std::string there = "s3://triad/moved";
  Upload(0, 40);
  ASSERT_EQ(Put(suite_.Url(std::string(kPath) + "small"), "kept in the database", {}).status, 200);
  Ended running = Move({"--to=" + there, Data(), endpoint});
  EXPECT_EQ(running.code, 1);
  EXPECT_THAT(running.output, HasSubstr("is in use by process"));
  suite_.storage().Stop();

  MoveAndKill("PUT", {"--to=" + there, Data()});
  Ended moved = Move({"--to=" + there, Data(), endpoint});
  EXPECT_EQ(moved.code, 0) << moved.output;
  EXPECT_THAT(moved.output, Not(HasSubstr("found 0 blobs"))) << "some were there";
  EXPECT_THAT(moved.output, EndsWith("start triad-storage with --blobs=" + there + "\n"));
  Ended again = Move({"--to=" + there, Data(), endpoint});
  EXPECT_EQ(again.code, 0);
  EXPECT_THAT(again.output, HasSubstr("copied 0 blobs (0.0 MiB), found 42 blobs"));

  // What was local is out of the way.
  std::string local = suite_.storage().data_directory() + "/blobs";
  std::filesystem::rename(local, local + ".old");
  StartOn(there, s3_.endpoint());
  ExpectAllServed();
  Upload(40, 60);
  suite_.storage().Stop();

  std::vector<std::string> back = {"--blobs=" + there, "--to=local:" + local, Data()};
  MoveAndKill("GET", back);
  back.push_back(endpoint);
  moved = Move(back);
  EXPECT_EQ(moved.code, 0) << moved.output;
  s3_.Kill();
  StartOn("local:" + local, s3_.endpoint());
  ExpectAllServed();
}

TEST_F(MoveTest, SaysInOneLineWhatIsWrong) {
  std::string endpoint = "--s3_endpoint=" + s3_.endpoint();
  Upload(1, 4);
  suite_.storage().Stop();
  struct Mistake {
    std::vector<std::string> arguments;
    int code;
    const char* says;
  };
  const Mistake mistakes[] = {
      {{Data()}, 2, "--to: must say where"},
      {{"--to=s3://triad/x", "--nonsense", Data()}, 2, "unknown argument '--nonsense'"},
      {{"--to=local:x", "--blobs=local:x", Data()}, 2, "--to: is where the content is now"},
      {{"--to=ftp://x", Data()}, 1, "--to: blobs URL 'ftp://x': expected local:PATH or s3://"},
      {{"--to=s3://triad/x", "--data_dir=/nonexistent"},
       1,
       "no database at /nonexistent/storage.db"},
      {{"--to=s3://no-such-bucket/x", endpoint, Data()}, 1, "--to: HeadBucket s3://no-such-bucket"},
      {{"--to=s3://triad/x", "--s3_endpoint=http://127.0.0.1:1", Data()},
       1,
       "--to: HeadBucket s3://"},
  };
  for (const Mistake& mistake : mistakes) {
    Ended run = Move(mistake.arguments);
    EXPECT_EQ(run.code, mistake.code) << mistake.says;
    EXPECT_THAT(run.output, HasSubstr(std::string("triad-storage move: "))) << mistake.says;
    EXPECT_THAT(run.output, HasSubstr(mistake.says));
  }

  // A place of another database.
  Suite other;
  other.storage().Stop();
  ASSERT_EQ(
      Move({"--to=s3://triad/other", endpoint, "--data_dir=" + other.storage().data_directory()})
          .code,
      0);
  Ended refused = Move({"--to=s3://triad/other", endpoint, Data()});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.output, HasSubstr("choose another prefix"));
}

TEST_F(MoveTest, NamesTheObjectsWhoseContentIsMissingAndMovesTheRest) {
  Upload(1, 4);
  suite_.storage().Stop();
  std::string local = suite_.storage().data_directory() + "/blobs";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(local)) {
    if (entry.is_regular_file() && entry.file_size() == contents_["object-2"].size()) {
      std::filesystem::remove(entry.path());
      break;
    }
  }
  Ended moved = Move({"--to=local:" + local + ".new", Data()});
  EXPECT_EQ(moved.code, 3) << moved.output;
  EXPECT_THAT(moved.output, HasSubstr("is missing; it is of buckets/uploads/objects/object-2\n"));
  EXPECT_THAT(moved.output, HasSubstr("copied 2 blobs"));
  contents_.erase("object-2");
  StartOn("local:" + local + ".new", s3_.endpoint());
  ExpectAllServed();
}

}  // namespace
}  // namespace triad::testing
