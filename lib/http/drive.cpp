// SPDX-License-Identifier: Apache-2.0
#include "http/drive.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/wait.hpp"
#include "http/client.hpp"

#include <curl/curl.h>
#include <strings.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>

namespace ingot::http {

namespace {

using std::chrono::milliseconds;

// Without an idle limit a transfer sleeps until something happens; libcurl wants a number all the same.
constexpr milliseconds kNoLimitNap{600'000};

curl_off_t bytes_moved(CURL* easy) {
  curl_off_t sent = 0;
  curl_off_t received = 0;
  long head_sent = 0;
  long head_received = 0;
  curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &sent);
  curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &head_sent);
  curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &head_received);
  return sent + received + head_sent + head_received;
}

CURLcode result_of(CURLM* multi) {
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi, &left);
  return message != nullptr && message->msg == CURLMSG_DONE ? message->data.result : CURLE_FAILED_INIT;
}

void check_multi(CURLMcode code) {
  if (code != CURLM_OK) {
    throw base::Error(base::ErrorCode::internal, "libcurl failed", curl_multi_strerror(code));
  }
}

// Remembers when bytes last moved.
class IdleWatch {
 public:
  explicit IdleWatch(const Transfer& transfer) : transfer_(transfer) {}

  // How long to sleep at most; throws when nothing has moved for the whole limit.
  [[nodiscard]] milliseconds nap() {
    if (transfer_.idle_limit <= milliseconds(0)) {
      return kNoLimitNap;
    }
    const auto now = base::Clock::now();
    const curl_off_t moved = bytes_moved(transfer_.easy);
    if (moved != moved_) {
      moved_ = moved;
      moved_at_ = now;
    }
    const auto idle = std::chrono::duration_cast<milliseconds>(now - moved_at_);
    if (idle >= transfer_.idle_limit) {
      throw base::Error(base::ErrorCode::timed_out, transfer_.server + " does not answer",
                        "no byte came or went for " + base::to_text(transfer_.idle_limit));
    }
    return std::min(transfer_.idle_limit - idle, kNoLimitNap);
  }

 private:
  const Transfer& transfer_;
  curl_off_t moved_ = -1;
  base::Clock::time_point moved_at_;
};

Fault fault_of_errno(long error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return Fault::no_socket;
    case EACCES:
    case EPERM:
      return Fault::no_permission;
    case ECONNREFUSED:
      return Fault::refused;
    default:
      return Fault::other;
  }
}

// TLS 1.3: a server that wants another certificate says so only after the handshake, when we read, and its
// closing the connection can overtake what it says. So a new TLS connection that ends without a byte is one
// that the server did not want.
bool tells_of_tls(CURL* easy, std::string_view detail) {
  if (detail.find("alert") != std::string_view::npos && detail.find("SSL") != std::string_view::npos) {
    return true;
  }
  long handshakes = 0;
  long received = 0;
  char* scheme = nullptr;
  curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &handshakes);
  curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &received);
  curl_easy_getinfo(easy, CURLINFO_SCHEME, &scheme);
  return scheme != nullptr && ::strcasecmp(scheme, "https") == 0 && handshakes > 0 && received == 0;
}

Fault fault_of(CURL* easy, CURLcode result, long error, std::string_view detail) {
  switch (result) {
    case CURLE_COULDNT_CONNECT:
      return fault_of_errno(error);
    case CURLE_COULDNT_RESOLVE_HOST:
      return Fault::unknown_host;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CIPHER:
      return Fault::tls;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return tells_of_tls(easy, detail) ? Fault::tls : Fault::closed;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_ABORTED_BY_CALLBACK:  // see Exchange::may_send
      return Fault::closed;
    default:
      return Fault::other;
  }
}

bool is_nonsense(CURLcode result) {
  return result == CURLE_WEIRD_SERVER_REPLY || result == CURLE_UNSUPPORTED_PROTOCOL ||
         result == CURLE_BAD_CONTENT_ENCODING || result == CURLE_HTTP2;
}

std::string cause_of(CURLcode result, long error, const char* detail) {
  if (result == CURLE_COULDNT_CONNECT && error != 0) {
    return std::generic_category().message(static_cast<int>(error));
  }
  if (result == CURLE_ABORTED_BY_CALLBACK || result == CURLE_GOT_NOTHING || result == CURLE_PARTIAL_FILE) {
    return "the connection was closed before the answer was complete";
  }
  return detail != nullptr && *detail != '\0' ? detail : curl_easy_strerror(result);
}

}  // namespace

int drive(const Transfer& transfer, const std::stop_token& stop) {
  CURLM* multi = transfer.multi;
  const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
  IdleWatch idle(transfer);
  for (;;) {
    base::check_stop(stop);
    int running = 0;
    check_multi(curl_multi_perform(multi, &running));
    if (running == 0) {
      return result_of(multi);
    }
    const auto nap = static_cast<int>(idle.nap().count());
    check_multi(curl_multi_poll(multi, nullptr, 0, nap, nullptr));
  }
}

void throw_transport_error(const Transfer& transfer, int result, const char* detail) {
  const auto code = static_cast<CURLcode>(result);
  long error = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_OS_ERRNO, &error);
  const std::string cause = cause_of(code, error, detail);
  if (code == CURLE_OPERATION_TIMEDOUT) {
    throw base::Error(base::ErrorCode::timed_out, transfer.server + " does not answer", cause);
  }
  if (is_nonsense(code)) {
    throw base::Error(base::ErrorCode::untrusted, transfer.server + " did not answer in HTTP", cause);
  }
  throw TransportError(fault_of(transfer.easy, code, error, detail), "cannot talk to " + transfer.server,
                       cause);
}

}  // namespace ingot::http
