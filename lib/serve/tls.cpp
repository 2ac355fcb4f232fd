// SPDX-License-Identifier: Apache-2.0
#include "serve/tls.hpp"

#include "base/error.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace ingot::serve {

namespace {

namespace ssl = boost::asio::ssl;

// Of TLS 1.2; all of 1.3 are like these.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

bool has_reason(const boost::beast::error_code& error, int reason) {
  return error.category() == boost::asio::error::get_ssl_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(error.value())) == reason;
}

}  // namespace

ssl::context make_server_context(const Certificate& certificate) {
  ssl::context context(ssl::context::tls_server);
  SSL_CTX* handle = context.native_handle();
  SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(handle, kCiphers);
  SSL_CTX_set_options(handle, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(handle, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(handle, 0);
  try {
    context.use_certificate_chain(boost::asio::buffer(certificate.chain));
    context.use_private_key(boost::asio::buffer(certificate.key), ssl::context::pem);
  } catch (const boost::system::system_error& error) {
    throw base::Error({.code = base::ErrorCode::invalid_input,
                       .message = "the certificate that is to be shown by TLS cannot be used",
                       .cause = error.code().message(),
                       .remedy = "without --tls-cert and --tls-key the server makes one itself"});
  }
  return context;
}

bool is_plain_http(const boost::beast::error_code& error) {
  return has_reason(error, SSL_R_HTTP_REQUEST);
}

bool is_no_tls(const boost::beast::error_code& error) {
  return has_reason(error, SSL_R_WRONG_VERSION_NUMBER) || has_reason(error, SSL_R_HTTP_REQUEST) ||
         has_reason(error, SSL_R_HTTPS_PROXY_REQUEST);
}

}  // namespace ingot::serve
