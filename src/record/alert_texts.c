/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The sentences of every detector. Short, plain, no reproach: what happened, why it matters here, what to do now. */
#include "record/alert_text.h"

/* clang-format off */
static const struct alert_text alert_texts[] = {
    {
        .detector_cstr = "scan-horizontal",
        .title_cstr = N_("Search for machines to attack"),
        .what_cstr = N_("{source} tried {targets} machines in {duration} that did not answer, on port {ports}."),
        .why_cstr = N_("This is how an intruder, or a worm, finds what it can attack next."),
        .todo_cstr = N_("Ask who uses {source}. If nobody launched a scan, unplug it from the network but leave it switched on, and look at the "
                        "machines that answered."),
    },
    {
        .detector_cstr = "scan-vertical",
        .title_cstr = N_("Port scan of one machine"),
        .what_cstr = N_("{source} tried {ports} ports of {target} in {duration} ({examples}...); {answered} of them answered."),
        .why_cstr = N_("Somebody is looking for a way into {target}. What answers may be attacked next."),
        .todo_cstr = N_("Ask who uses {source}. If it is not a planned check, isolate {source} and close on {target} the services that nobody needs."),
    },
    {
        .detector_cstr = "scan-stealth",
        .title_cstr = N_("Disguised port scan"),
        .what_cstr = N_("{source} sent packets that no honest program sends ({flags}) to {ports} ports, among them {examples}, of {machines}."),
        .why_cstr = N_("Such packets serve to find open doors without being noticed by simple firewalls. Nobody sends them by mistake."),
        .todo_cstr = N_("Find who uses {source} and what runs on it. If it is not a planned test, isolate it and look for an intruder."),
    },
    {
        .detector_cstr = "scan-udp",
        .title_cstr = N_("Search for UDP services"),
        .what_cstr = N_("{source} asked {count} times, on different UDP ports or machines ({examples}... of {machines}), and got no answer, in {duration}."),
        .why_cstr = N_("This is how somebody finds forgotten services: telephones, printers, clocks, network management."),
        .todo_cstr = N_("Ask who uses {source}. If nobody launched a scan, isolate it and find the program that sends these packets."),
    },
    {
        .detector_cstr = "scan-slow",
        .title_cstr = N_("Slow, patient port scan"),
        .what_cstr = N_("In {duration}, {source} tried {count} ports or machines one after the other without an answer ({examples}... of {machines})."),
        .why_cstr = N_("Who goes so slowly wants not to be seen. A program that is merely badly set up tries the same door again, not others."),
        .todo_cstr = N_("Find who uses {source} and since when it does this. Look at what else it did today, and isolate it if nobody can explain it."),
    },
    {
        .detector_cstr = "guess-ssh",
        .title_cstr = N_("SSH passwords being guessed"),
        .what_cstr = N_("{source} tried about {attempts} passwords on the remote command line (SSH) of {target} in {duration}. Logins that seem to have succeeded: {successes}."),
        .why_cstr = N_("With a password, somebody commands {target} as if sitting at it."),
        .todo_cstr = N_("Block {source}. On {target}, read the list of recent logins; allow SSH from the administrators' machines only, with keys instead of passwords. If a login succeeded, treat {target} as broken into."),
    },
    {
        .detector_cstr = "guess-rdp",
        .title_cstr = N_("Remote desktop passwords being guessed"),
        .what_cstr = N_("{source} tried about {attempts} passwords on the remote desktop of {target} in {duration}. Logins that seem to have succeeded: {successes}."),
        .why_cstr = N_("Most ransomware enters by a guessed remote desktop password."),
        .todo_cstr = N_("Block {source}. On {target}, read the security log for the accounts tried and change their passwords; never leave remote desktop open to the Internet. If a login succeeded, treat {target} as broken into."),
    },
    {
        .detector_cstr = "guess-ftp",
        .title_cstr = N_("FTP passwords being guessed"),
        .what_cstr = N_("{source} tried about {attempts} passwords on the file transfer (FTP) of {target} in {duration}. Logins that seem to have succeeded: {successes}."),
        .why_cstr = N_("With a password, somebody reads, replaces or plants files on {target}."),
        .todo_cstr = N_("Block {source}. On {target}, look at which accounts were tried and at the files that changed; replace FTP by a protocol that hides passwords. If a login succeeded, treat {target} as broken into."),
    },
    {
        .detector_cstr = "guess-http",
        .title_cstr = N_("Web passwords being guessed"),
        .what_cstr = N_("{source} tried about {attempts} passwords on the web site of {target} in {duration}. Logins that seem to have succeeded: {successes}."),
        .why_cstr = N_("With a password, somebody enters the private pages of {target}, often as its administrator."),
        .todo_cstr = N_("Block {source}. In the web server's log see which page and which accounts were tried; lock an account after some failures. If a login succeeded, treat {target} as broken into."),
    },
    {
        .detector_cstr = "guess-smb",
        .title_cstr = N_("File share passwords being guessed"),
        .what_cstr = N_("{source} tried about {attempts} passwords on the file share of {target} in {duration}. Logins that seem to have succeeded: {successes}."),
        .why_cstr = N_("With a password, somebody reads or encrypts the shared files of {target}."),
        .todo_cstr = N_("Isolate {source} if it is one of yours. On {target}, read the security log for the accounts tried and change their passwords. If a login succeeded, treat {target} as broken into."),
    },
    {
        .detector_cstr = "guess-database",
        .title_cstr = N_("Database passwords being guessed"),
        .what_cstr = N_("{source} tried about {attempts} passwords on the database of {target} in {duration}. Logins that seem to have succeeded: {successes}."),
        .why_cstr = N_("With a password, somebody reads or deletes all the data of {target} at once."),
        .todo_cstr = N_("Block {source}. A database should answer its application only: close port {target_port} of {target} to everybody else, and change the passwords of its accounts. If a login succeeded, treat {target} as broken into."),
    },
    {
        .detector_cstr = "flood-syn",
        .title_cstr = N_("Server drowned in half-open connections"),
        .what_cstr = N_("In {duration}, {count} connections to port {target_port} of {target} were begun and never completed, from {examples} (addresses in all: {sources})."),
        .why_cstr = N_("The service has only so many places for beginnings: when they are full, real visitors are turned away. The addresses are often forged."),
        .todo_cstr = N_("Check that the service still answers. Switch on SYN cookies on {target}, and give these figures to your Internet provider, who can filter."),
    },
    {
        .detector_cstr = "flood-udp",
        .title_cstr = N_("Machine drowned in datagrams"),
        .what_cstr = N_("In {duration}, {target} received {count} UDP packets ({kilobytes} kB) that it did not answer, from {examples} (addresses in all: {sources})."),
        .why_cstr = N_("Enough of them fill the line or busy the machine until nothing else passes."),
        .todo_cstr = N_("Check whether the line or {target} suffers. Block the sources at the firewall, or ask your Internet provider to do it before your line."),
    },
    {
        .detector_cstr = "flood-icmp",
        .title_cstr = N_("Machine drowned in pings"),
        .what_cstr = N_("In {duration}, {target} received {count} echo packets (ping), about {rate} a minute, from {examples} (addresses in all: {sources})."),
        .why_cstr = N_("A ping or two a second is a check; hundreds are meant to busy the machine or the line."),
        .todo_cstr = N_("Ask whether somebody tests the line. If not, limit ICMP at the firewall and block the sources."),
    },
    {
        .detector_cstr = "amplification",
        .title_cstr = N_("Attack by answers nobody asked for"),
        .what_cstr = N_("In {duration}, servers such as {examples} ({sources} in all) sent {target} {count} large answers from port {source_port}, {kilobytes} kB in all, that it did not ask for."),
        .why_cstr = N_("Somebody asks these servers in the name of {target}: small questions, large answers, and the line of {target} is full."),
        .todo_cstr = N_("If {target} is yours, ask your Internet provider to filter port {source_port}. If the servers are yours, they answer strangers: close them to the outside."),
    },
    {
        .detector_cstr = "slow-http",
        .title_cstr = N_("Web server held by endless requests"),
        .what_cstr = N_("{source} opened {connections} connections to the web server {target} in {duration} and never finished its requests."),
        .why_cstr = N_("Each one holds a place of the server: a single computer can so close a site to everybody."),
        .todo_cstr = N_("Block {source}. On {target}, set a limit for the time a request may take and for the connections of one address."),
    },
    {
        .detector_cstr = "lateral-movement",
        .title_cstr = N_("One machine reaches for the others"),
        .what_cstr = N_("In {duration}, {source} opened administration services (ports {ports}) of {targets} machines inside that it did not use before, such as {examples}. Connections that were answered: {answered}."),
        .why_cstr = N_("After the first machine, an intruder goes from one to the next with its passwords. An ordinary desk has no reason to do so."),
        .todo_cstr = N_("Ask whether an administrator worked from {source}. If not, isolate it now, and check the machines that answered."),
    },
    {
        .detector_cstr = "long-connection",
        .title_cstr = N_("Connection left open for hours"),
        .what_cstr = N_("{target} kept one connection with {source} (port {port}) for {hours} hours; it sent {sent_kb} kB and received {received_kb} kB."),
        .why_cstr = N_("Remote help left open, or a tunnel by which somebody can come back at any time."),
        .todo_cstr = N_("Ask who uses {target} what this connection is for. Close it if nobody needs it; allow remote help only while it is wanted."),
    },
    {
        .detector_cstr = "arp-spoof",
        .title_cstr = N_("Traffic diverted by a lying machine"),
        .what_cstr = N_("The network card {card} said {count} times, without being asked, that it is {addresses}, which belongs to another card."),
        .why_cstr = N_("What other machines send then passes through it: it can read passwords and change pages."),
        .todo_cstr = N_("Find the machine with the card {card} (the table of your switch says on which port) and unplug it. Change the passwords used meanwhile without encryption."),
    },
    {
        .detector_cstr = "address-duplicate",
        .title_cstr = N_("Two machines with one address"),
        .what_cstr = N_("The cards {first_card} and {second_card} both answer for the address {target}; they took turns {count} times."),
        .why_cstr = N_("Connections to {target} break or go to the wrong machine, at random."),
        .todo_cstr = N_("Find which of the two cards should have {target}, and give the other machine a free address, by DHCP if possible."),
    },
    {
        .detector_cstr = "dhcp-rogue",
        .title_cstr = N_("Second server giving addresses"),
        .what_cstr = N_("{source} answers machines that ask for an address (answers: {count}); until now only {usual} did."),
        .why_cstr = N_("Who gives addresses also says where the Internet is: a box brought from home breaks the network, an intruder reads everything."),
        .todo_cstr = N_("Find {source} and unplug it unless it is a server you installed. On switches that can, allow DHCP answers only from {usual}."),
    },
    {
        .detector_cstr = "new-device",
        .title_cstr = N_("Unknown device on the network"),
        .what_cstr = N_("A device never seen before, with the network card {card}, uses the address {target}."),
        .why_cstr = N_("Usually a new computer or telephone; sometimes a visitor, or a box hidden behind a printer."),
        .todo_cstr = N_("Find out whose it is, and add it to your inventory. If nobody knows it, find its plug on the switch and disconnect it."),
    },
    {
        .detector_cstr = "odd-port",
        .title_cstr = N_("Service on an unexpected port"),
        .what_cstr = N_("{target} speaks {protocol} on port {port}, where something else, or nothing, is expected."),
        .why_cstr = N_("Services are moved to odd ports to pass firewalls, or to be forgotten: in both cases nobody watches them."),
        .todo_cstr = N_("Ask who set it up. If it is wanted, note it in your inventory; if not, close port {port} and find what opened it."),
    },
    {
        .detector_cstr = "certificate-expired",
        .title_cstr = N_("Certificate out of date"),
        .what_cstr = N_("The certificate that {target} shows ended on {ended} (days since: {days})."),
        .why_cstr = N_("Browsers warn; people learn to click the warning away, and will do so for a false site too."),
        .todo_cstr = N_("Renew the certificate of {target}, and let a program renew the next ones before they end."),
    },
    {
        .detector_cstr = "certificate-self-signed",
        .title_cstr = N_("Certificate nobody vouches for"),
        .what_cstr = N_("{target} shows a certificate that it signed itself."),
        .why_cstr = N_("Nothing tells it from the certificate of somebody who stands in the middle, and people learn to ignore warnings."),
        .todo_cstr = N_("Give {target} a certificate signed by your own authority or a public one. For a printer or a camera, at least keep it on a separate network."),
    },
    {
        .detector_cstr = "cleartext-credentials",
        .title_cstr = N_("Password readable on the network"),
        .what_cstr = N_("A password of {target} ({protocol}) crossed the network without encryption, sent by {source}. Times so far: {count}."),
        .why_cstr = N_("Anybody on the way can read it and use it, here and wherever else the same password serves."),
        .todo_cstr = N_("Use the encrypted form of the service (HTTPS, SFTP or FTPS, SSH, IMAPS) and turn the other one off; then change the password."),
    },
    {
        .detector_cstr = "dns-tunnel",
        .title_cstr = N_("Data hidden in name look-ups"),
        .what_cstr = N_("{source} asked for {names} different names under {domain} in {duration}; the names carried about {sent} bytes out and the answers {received} bytes in."),
        .why_cstr = N_("Almost every firewall lets DNS through. A tunnel in it carries stolen data out and orders in without being seen."),
        .todo_cstr = N_("Block {domain} on your DNS server. Find the program on {source} that asks for these names; if it is not a security product you know, isolate {source}."),
    },
    {
        .detector_cstr = "exfiltration",
        .title_cstr = N_("Unusual amount of data sent out"),
        .what_cstr = N_("{source} sent {megabytes} MB to {target} (port {target_port}) in {duration}. The most it sent outside in one hour before: {usual_kb} kB."),
        .why_cstr = N_("Before they encrypt or ask for money, intruders copy files out. A large upload to an address this machine hardly knew looks like that."),
        .todo_cstr = N_("Ask who uses {source} whether they sent something to {target}. If not, block {target}, isolate {source}, and find which files left: if personal data did, the 72 hours to notify have begun."),
    },
    {
        .detector_cstr = "beacon",
        .title_cstr = N_("Regular calls to an outside address"),
        .what_cstr = N_("{source} called {target} on port {target_port} {count} times in {duration}, one call every {period} seconds, give or take {jitter} %. Regularity: {score} out of 100."),
        .why_cstr = N_("People are not that regular. Programs are: updates, monitoring, but also malicious software that asks its master for orders."),
        .todo_cstr = N_("Find which program on {source} calls {target}. If nobody knows it, block {target} at the firewall, isolate {source} and look for an intruder; do not switch it off."),
    },
    {
        .detector_cstr = "dga",
        .title_cstr = N_("Search for invented domain names"),
        .what_cstr = N_("{source} asked for {names} domains that do not exist in {duration}; {invented} of them look made up by a program, such as {examples}."),
        .why_cstr = N_("Malicious software computes new names each day and tries them until one, bought by its master, answers."),
        .todo_cstr = N_("Isolate {source} and scan it with an up-to-date antivirus. Look in your DNS server for the names that did answer."),
    },
    {
        .detector_cstr = "rule",
        .title_cstr = N_("Traffic that a rule describes"),
        .what_cstr = N_("What {source} sent to {target} is what the rule \"{signature}\" (number {rule}) looks for. Times so far: {count}."),
        .why_cstr = N_("Its authors call this: {category}. One rule can be mistaken; several on one machine seldom are."),
        .todo_cstr = N_("See what else {source} and {target} did at that time. If nobody can explain it, isolate the machine that is yours, and keep the evidence; if it is normal here, make an exception."),
    },
    {
        .detector_cstr = "model",
        .title_cstr = N_("Traffic like that of attacks"),
        .what_cstr = N_("{model_fact}{model_usual}{model_others} Service: port {target_port}."),
        .why_cstr = N_("A model that has learned from recorded attacks and recorded work finds this like an attack. {model_sure} {model_unseen}"),
        .todo_cstr = N_("Ask who uses {source}, and whether it should talk to {target}. If it should, say so with `beffroi learn normal`: such flows are then known. If nobody can explain it, isolate the machine that is yours, and keep the evidence."),
    },
    {
        .detector_cstr = "other-sensor",
        .title_cstr = N_("Alert of another sensor"),
        .what_cstr = N_("Another sensor raised \"{signature}\" (rule {rule}) between {source} and {target}."),
        .why_cstr = N_("Its rules call this: {category}. A single rule can be mistaken; several on one machine seldom are."),
        .todo_cstr = N_("See what else {source} and {target} did at that time. If nobody can explain it, isolate the machine that is yours and look the rule up in the documentation of that sensor."),
    },
};
/* clang-format on */

const struct alert_text *
alert_text_all(size_t *count)
{
	*count = LENGTH_OF(alert_texts);
	return alert_texts;
}
