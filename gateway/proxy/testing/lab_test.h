// The fixture of the gateway's integration tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "gateway/proxy/testing/lab_service.h"
#include "runtime/base/testing/eventually.h"
#include "tests/support/http.h"

namespace triad::gateway {

class LabTest : public ::testing::Test {
 protected:
  explicit LabTest(GatewayOptions options = {}, http::ServerOptions server = {})
      : gateway_(std::move(options), server_.port(), std::move(server)) {}

  std::string Url(const std::string& path) const { return gateway_.Url(path); }
  triad::testing::HttpResponse Get(const std::string& path,
                                   std::vector<std::string> headers = {}) const {
    return triad::testing::Get(Url(path), std::move(headers));
  }
  triad::testing::HttpResponse Send(const std::string& method, const std::string& path,
                                    const std::string& body = "",
                                    std::vector<std::string> headers = {}) const {
    triad::testing::HttpRequest request;
    request.method = method;
    request.url = Url(path);
    request.body = body;
    request.headers = std::move(headers);
    return triad::testing::Send(std::move(request));
  }
  // The answer to a request sent byte by byte as given, until the peer closes.
  std::string Raw(const std::string& request) const {
    triad::testing::RawConnection connection(gateway_.address());
    connection.Write(request);
    return connection.ReadAll();
  }

  LabCounts counts_;
  LabServer server_{counts_};
  LabGateway gateway_;
};

}  // namespace triad::gateway
