"""What WhatsApp asks of a template, part by part, and how long an SMS is.

All of it is pure, and linear in the length of the texts.

checking    all rules over a whole template, in the order of the page
parts       header, body and footer
buttons     how many of which kind, their order, texts, addresses, phones and codes
values      placeholders: their examples, and what stands in for a missing value
advice      what is allowed and unwise
sms         how many parts an SMS has, each of which is charged
objection   what is said: the place, the sentence, and how to mend it

Sources: Meta's template components and guidelines
(https://developers.facebook.com/documentation/business-messaging/whatsapp/templates), Twilio's
error 63040 and its pages of content types (https://www.twilio.com/docs/content).
"""
