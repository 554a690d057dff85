# Mail::DKIM's opinion of the message on standard input. Instead of asking the network, its key is
# the argument: a DNS record's text.
use strict;
use warnings;
use Mail::DKIM::DNS;
use Mail::DKIM::Verifier;
use Net::DNS;

package Offline {
    sub new { my ($class, $record) = @_; return bless {record => $record}, $class }

    sub send {
        my ($self, $name, $type) = @_;
        my $answer = Net::DNS::Packet->new($name, $type);
        $answer->push(answer => Net::DNS::RR->new(name => $name, type => 'TXT', txtdata => [$self->{record} =~ /(.{1,255})/g]));
        return $answer;
    }
}

Mail::DKIM::DNS::resolver(Offline->new($ARGV[0]));
my $verifier = Mail::DKIM::Verifier->new;
binmode STDIN;
$verifier->load(\*STDIN);
print $verifier->result_detail, "\n";
