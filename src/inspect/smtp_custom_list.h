/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/smtp_custom_list.h - header fields that a site may ask for in the "email" object: SMTP_CUSTOM(identifier, name, how it is
 * written, whether "extended" asks for it too).
 */
SMTP_CUSTOM(REPLY_TO, "reply_to", FIRST, false)
SMTP_CUSTOM(BCC, "bcc", ADDRESSES, true)
SMTP_CUSTOM(MESSAGE_ID, "message_id", FIRST, true)
SMTP_CUSTOM(SUBJECT, "subject", FIRST, true)
SMTP_CUSTOM(X_MAILER, "x_mailer", FIRST, true)
SMTP_CUSTOM(USER_AGENT, "user_agent", FIRST, true)
SMTP_CUSTOM(RECEIVED, "received", ALL, false)
SMTP_CUSTOM(X_ORIGINATING_IP, "x_originating_ip", FIRST, false)
SMTP_CUSTOM(IN_REPLY_TO, "in_reply_to", FIRST, false)
SMTP_CUSTOM(REFERENCES, "references", FIRST, false)
SMTP_CUSTOM(IMPORTANCE, "importance", FIRST, false)
SMTP_CUSTOM(PRIORITY, "priority", FIRST, false)
SMTP_CUSTOM(SENSITIVITY, "sensitivity", FIRST, false)
SMTP_CUSTOM(ORGANIZATION, "organization", FIRST, false)
SMTP_CUSTOM(CONTENT_MD5, "content_md5", FIRST, false)
SMTP_CUSTOM(DATE, "date", FIRST, false)
