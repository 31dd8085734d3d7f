"""The phrases that a new installation starts with, in Spanish, English and Portuguese.

One pattern a line (optouts.patterns); case and accents do not matter. Car dealers' talk decided
what is innocent: "baja calidad", "4x4 alta y baja", "start stop", "cancelar el pie".
"""

from typing import NamedTuple

from optouts.words import Kind, Reach


class Builtin(NamedTuple):
    text: str
    kind: Kind
    reach: Reach
    language: str


# The number of the opt-out entry in the built-in menu.
MENU = "3"

OUT_ES_SENTENCE = """
alto
salir
parar
para ya
paren [ya|]
[alto|basta] [ya|ahi]
ya basta
[detener|detenganse|detengase|suspender|retirar|suprimir]
basta
eliminar
borrar
remover
anular
ya no quiero [mas|nada|nada mas|]
no quiero mas
no mas
no me [llamen|llame|llames]
no me contacten
quiero [salir|salirme|parar]
de baja
vaja
"""

OUT_ES = """
baja
baja [ya|ahora|definitiva|inmediata|total|whatsapp]
baja [de|del|a|en] [la lista|lista|esta lista|su lista|sus listas|este numero|mi numero|servicio|grupo|whatsapp]
baja [el|este|mi] numero
baja [mi|la|de mi|a mi|de la] suscripcion
[la|mi|una] baja [de la lista|del servicio|de mi numero]
[quiero|quisiera|deseo|solicito|pido|necesito|exijo] [la|mi|una|] baja
[dar|darme|darnos|darse|den|denme|dennos|deme|dame|dar a] de baja
[me|nos] [de|des|den|da|das|dan|dieran|diera] de baja
[quiero|quisiera|deseo|solicito|necesito|me gustaria] [darme|que me den|ser dado|ser dada|estar] de baja
[pueden|puede|puedes|podrian|podria|me pueden|me puede|me puedes|me podrian|me podria] [dar|darme] de baja
como me doy de baja
[me quiero|me gustaria] [dar de baja|desuscribir]
me quiero salir [de la lista|de esta lista|de su lista|del grupo|]
[quiero|quisiera|deseo] dejar de recibir [mensajes|publicidad|sus mensajes|estos mensajes|esto|]
dejar de recibir [mensajes|publicidad|sus mensajes|estos mensajes]
[quiero|quisiera|deseo|pido|necesito] que me [saquen|saque|eliminen|elimine|borren|borre|quiten|retiren] [de la lista|de esta lista|de su lista|de sus listas|de su base de datos|]
me doy de baja
darme de baja [de|en] [la lista|esta lista|su lista|sus listas]
dar de baja [mi numero|este numero|mi suscripcion|a mi numero]
[dar|den|denme|dame|deme] de baja [el|este|mi|a este|a mi] numero
stop
stop [all|ya]
cancelar
[cancelar|cancelen|cancele|cancela] [la|mi|esta|] suscripcion
cancelar [mensajes|los mensajes|el envio|los envios|envios|publicidad|todo]
[quiero|quisiera|deseo|necesito|como puedo|puedo] cancelar [la|mi|esta] suscripcion
[como|] cancelo [la|mi|esta] suscripcion
[desuscribir|desuscribirme|desuscribirse|desuscribanme|desuscribeme|desinscribir|desinscribirme|desubscribir|desubscribirme]
[quiero|quisiera|deseo] [desuscribirme|desinscribirme|desubscribirme]
[no quiero|ya no quiero|no deseo] [suscribirme|estar suscrito|estar suscrita|seguir suscrito|seguir suscrita]
[salir|salirme] [de|del] [la lista|esta lista|su lista|sus listas|grupo|este grupo]
[quiero|quisiera|deseo] [salir|salirme] [de|del] [la lista|esta lista|su lista|sus listas|grupo|este grupo]
no [molestar|moleste|molesten|molestes] [mas|]
no me [molesten|moleste|molestes] [mas|nunca mas|]
[dejen|deje|deja|dejar] de [molestar|molestarme|escribir|escribirme|enviar mensajes|enviarme mensajes|mandar mensajes|mandarme mensajes|hacer spam|llamar|llamarme|contactarme]
paren de [molestar|molestarme|escribir|escribirme|enviar mensajes|mandar mensajes|mandarme mensajes]
[dejenme|dejame|dejeme] [en paz|tranquilo|tranquila]
[ya no|no] me [escriban|escriba|escribas] [mas|nunca mas|nada mas|]
ya no [escriban|escriba|escribas|escribir] mas
no [vuelvan|vuelva|vuelvas] a [escribirme|contactarme|llamarme|molestarme|escribir]
[ya no|no] me [contacten|contacte|contactes|llamen|llame|llames] [mas|nunca mas]
[ya no|no] me [manden|mande|mandes|envien|envie|envies] [mas|nada|nada mas|mas nada|mensajes|mas mensajes|mas whatsapp|publicidad|mas publicidad|ofertas|mas ofertas|promociones|mas promociones|mas informacion|spam]
[ya no|no] [quiero|deseo] [recibir|] [mas|] [mensajes|publicidad|promociones|propaganda|spam|correos]
[ya no|no] [quiero|deseo] recibir [nada|nada mas|mas nada|mas|mas informacion|mas ofertas|ofertas|informacion|estos mensajes|sus mensajes|mas mensajes de ustedes|mensajes de ustedes]
[ya no|no] [quiero|deseo] que me [escriban|contacten|llamen|molesten|manden mensajes|envien mensajes] [mas|]
[ya no|no] [quiero|deseo] ser [contactado|contactada|molestado|molestada]
no [contactar|escribir|enviar] [mas|mensajes|mas mensajes|]
no [escriban|escriba|escribas|envien|envie|envies|manden|mande|mandes] [mas|mas mensajes|mensajes|mas nada]
no me [hablen|hable|hables|busquen|busque] [mas|nunca mas]
no [me|] [jodan|joda|jodas|fastidien|fastidie|fastidies] [mas|]
[no mas|basta de] [mensajes|publicidad|whatsapp|spam|promociones]
[eliminarme|eliminenme|elimineme|eliminame|borrarme|borrenme|borrame|borreme|removerme|remuevanme|retirenme|retireme|retirame]
[eliminarme|eliminenme|elimineme|eliminame|borrarme|borrenme|borrame|borreme|saquenme|sacame|saqueme|sacarme|quitenme|quitame|quiteme|quitarme|retirenme|retireme|retirarme] de [la lista|esta lista|su lista|sus listas|la base|su base|su base de datos|sus contactos|ahi]
[saquenme|sacame|saqueme|sacarme|quitenme|quitarme]
[eliminar|eliminen|elimine|elimina|borrar|borren|borre|borra|quiten|quite|saquen|saque] [mi numero|mi contacto|mis datos|este numero|este contacto]
[quiero|quisiera|deseo|pueden|puede|podrian] [eliminarme|borrarme|sacarme|quitarme] [de la lista|de esta lista|de su lista|de sus contactos|]
3 baja
"""

OUT_EN_SENTENCE = """
end
quit
remove
revoke
no more
enough
"""

OUT_EN = """
[stop all|stopall|stop now|stop it|please stop it|stop this|stop already]
[unsubscribe|unsub|unsubscribed|unsuscribe|unsubcribe]
unsubscribe [me|now]
[opt out|optout|opt me out|opting out|opted out]
cancel
cancel [all|subscription|my subscription|messages]
[i want to|i would like to|id like to|i wish to|i need to|can i|how do i|how can i] [unsubscribe|opt out|be removed|stop receiving messages|stop these messages]
remove me
[remove|delete|take] [me|my number] [from|off] [the|this|your] [list|lists]
[remove|delete] my number
[take me off|delete me]
[do not|dont] [contact|text|message|write|write to|call|disturb] me [again|anymore|any more|]
do not disturb
[stop|quit] [messaging|texting|contacting|writing|spamming|bothering|calling] [me|]
stop sending [me|] [messages|texts|these|this|these messages|spam|ads]
no more [messages|texts|ads|spam]
[leave me alone|stop messages|stop messaging]
i [do not|dont] want [any more|more|these|to receive|to receive more|to receive any more|to get|] messages [anymore|]
"""

OUT_PT_SENTENCE = """
sair
pare
parem
excluir
remova
cancele
quero sair
nao quero mais [nada|]
nao me [ligue|liguem]
chega
"""

OUT_PT = """
sair [da|desta|dessa] [lista|lista de mensagens]
quero sair da lista
[descadastrar|descadastre|descadastro|descadastrem|descadastrar me]
[me|quero me|queria me|gostaria de me|favor me] [descadastrar|descadastre|descadastrem]
quero [descadastrar|me desinscrever|cancelar a inscricao]
[desinscrever|desinscreva|dessubscrever|cancelar a subscricao]
cancelar [inscricao|a inscricao|minha inscricao|assinatura|a assinatura|minha assinatura|cadastro|meu cadastro|recebimento|mensagens]
[remova|remover|exclua|excluir|apague|apagar|tire|tirem|retire|retirem] [meu numero|meu contato|meu cadastro|meus dados] [da lista|]
[me remova|me remover|remova me|remover me|me exclua|me tire|me tirem|me tira|me retire|me retirem] [da lista|desta lista|dessa lista|]
[quero|gostaria de] [parar|deixar] de receber [mensagem|mensagens|isso|]
[pare|parem|para] de [me|] [mandar|enviar|escrever|incomodar|encher|ligar] [mensagem|mensagens|isso|]
nao [perturbe|perturbar|incomode|incomodar|me incomode|me incomodem|me perturbe|me perturbem] [mais|]
nao me [mande|mandem|envie|enviem] [mais|nada|mais nada|mensagem|mensagens|mais mensagem|mais mensagens|propaganda|mais propaganda]
nao [mande|mandem|envie|enviem] mais [mensagem|mensagens|nada|]
nao me [escreva|escrevam|contate|contatem|contacte|contactem|procure|procurem] [mais|]
nao me [ligue|liguem] mais
[nao quero|nao desejo] [mais|] receber [mais|] [mensagem|mensagens|propaganda|nada|isso|promocoes|ofertas|]
nao quero mais [mensagem|mensagens|propaganda|contato]
me [deixe|deixem|deixa] em paz
[chega de|sem mais] mensagens
"""

IN_ES = """
alta
[darme|denme|deme|dame|dar|den] de alta
[quiero|quisiera|deseo|solicito] [el|] alta
[quiero|quisiera|deseo|solicito] [darme|que me den] de alta
[suscribir|suscribirme|suscribeme|suscribanme|suscripcion|suscribirse|resuscribirme]
[quiero|quisiera|deseo] [suscribirme|volver a suscribirme|volver a recibir|volver a recibir mensajes|volver a recibir sus mensajes|volver a recibir los mensajes|recibir mensajes|recibir mensajes de nuevo|recibir informacion de nuevo]
volver
volver [a recibir|a recibir mensajes|a suscribirme|a inscribirme]
[reactivar|reactivarme|activar mensajes|reactivar mensajes|reanudar]
[quiero|quisiera] volver
[pueden|puede|ya pueden] [volver a escribirme|escribirme de nuevo|volver a contactarme|contactarme de nuevo]
"""

IN_EN = """
[start|unstop|subscribe|resubscribe|resume]
[opt in|optin|opt me in|opt back in]
[subscribe me|sign me up|sign me up again]
[i want to|i would like to|id like to] [subscribe|subscribe again|opt in|receive messages|receive messages again]
start [again|messages|messaging]
you can [write to me|message me|contact me] again
"""

IN_PT = """
[voltar|voltar a receber|voltar a receber mensagens]
[inscrever|me inscrever|inscrever me|assinar|recadastrar|me recadastrar|reativar|ativar mensagens]
[quero|gostaria de] [voltar|voltar a receber|voltar a receber mensagens|me inscrever|receber mensagens|receber mensagens de novo|me recadastrar]
"""

COURTESY_ES = """
[hola|holaa|alo|wena|que tal]
buenas
[buenos dias|buen dia|buenas tardes|buenas noches|buena tarde|buena noche]
[por favor|x favor|porfavor|porfa|por fa|porfis|xfavor|xfa|favor|porfavorcito]
[muchas|mil|muchisimas|desde ya|desde ya muchas|de antemano|ok|] gracias
no [muchas|] gracias
gracias [de antemano|por todo|por su tiempo|por su atencion|por su comprension|igual|igualmente|de todas formas|de todos modos|por la informacion|por la info]
[saludos|un saludo|saludos cordiales|cordialmente|atte|atentamente]
[estimado|estimada|estimados|estimadas|senor|senora|senorita|senores|amigo|amiga|amigos]
[disculpe|disculpa|disculpen|perdon|permiso|con permiso|lo siento]
[ok|okay|okey|oki]
[chao|chau|adios|hasta luego|hasta pronto|nos vemos]
[que tenga|que tengan|que tengas|tenga|tengan|ten] [un|] buen dia
[feliz dia|lindo dia|bonito dia|excelente dia]
[le|les|te|se|se los|se lo|] [agradeceria|agradezco|agradece|agradecere]
[muy amable|si es tan amable|si fuera tan amable|sea tan amable|si son tan amables]
[bendiciones|dios los bendiga|dios le bendiga]
"""

COURTESY_EN = """
[hi|hello|hey|dear sir|dear|sir|madam]
[good morning|good afternoon|good evening|good day|good night]
[please|pls|plz|plis|kindly]
[thanks|thank you|thank you very much|thank you so much|many thanks|thanks a lot|thx|ty|thanks anyway|thank you anyway|cheers]
no [thanks|thank you]
[regards|best regards|kind regards|best wishes]
[sorry|excuse me]
[have a nice day|have a good day|bye|goodbye]
"""

COURTESY_PT = """
[ola|oi|oie|tudo bem]
[bom dia|boa tarde|boa noite]
[por gentileza|por obsequio|faz favor|se faz favor]
[obrigado|obrigada|muito obrigado|muito obrigada|brigado|brigada|obg|valeu|grato|grata|agradeco|desde ja agradeco]
nao [obrigado|obrigada]
[desculpe|desculpa|com licenca]
[tenha um bom dia|bom dia a todos|ate mais|tchau|abraco|abracos|atenciosamente]
"""

INNOCENT_ES = """
baja [estatura|calidad|gama|cilindrada|potencia|velocidad|demanda|temporada|tension|presion|cuota|tasa|emision|version|altura|california|autonomia|resolucion|mantencion|entrada]
de baja [calidad|gama|cilindrada|potencia|velocidad|altura]
[soy|estatura|persona|resolucion|nota|bencina|gasolina|petroleo|diesel|aceite|planta|gama|calidad|luz|suspension|potencia|velocidad|marcha|caja|parte|clase|cuota|tasa|presion|bateria|demanda|temporada|version|oferta|altura|cilindrada|zona|traccion|mantencion|inicial|entrada|precio|valor|dolar] baja
[es|esta|era|estaba|fue|sigue|queda|quedo|muy|mas|tan|demasiado|demasiada|bastante|super|medio|media|menos|poco|sea|ser] baja
[planta|gama|calidad|luz|suspension|cuota|tasa|oferta|presion|bateria] [muy|mas|tan|demasiado|super] baja
[a la|va en|a toda|con la|por la] baja
baja [el|la|los|las|su|un|algo|mas|mucho|bastante|a|al|hasta|tanto|este|otro] 
baja [de|del|en|en el] [precio|valor|precios|dolar|kilometraje|bencina|consumo|ventas]
[si|se|lo|me|me lo|me la|cuanto|cuando|nunca|siempre|donde] baja
no [me|se|lo|le|] baja [de|nada|ni|del|nunca]
la baja [de|del|en] [precio|valor|precios|dolar|bencina|ventas]
la baja calidad
[alta y|alta o|alta|4x4|4wd|reduccion] baja
baja y alta
[suzuki|un|mi|un suzuki|mi suzuki] alto
[luz|luces|foco|focos|disco|senal|tercera luz] [de|] stop
[start stop|stop start|start and stop|start y stop|stop and go|stop y go|non stop|stop loss]
sistema [start|stop|start stop|stop start]
para no [molestar|molestarlo|molestarla|molestarlos]
cancelar [la|mi|una|esa] [cita|hora|visita|reserva|reunion|cuota|deuda|prenda|multa|patente|compra]
cancelar [el|mi|un] [pie|credito|saldo|pago|auto|vehiculo|seguro|permiso|agendamiento|total|resto]
cancelar [en|con|al] [cuotas|efectivo|tarjeta|transferencia|cheque|contado|debito]
[cuanto|cuanto debo|cuanto tengo que|cuanto hay que|debo|tengo que|hay que|voy a|por] cancelar
[formas|forma|manera] de cancelar
para cancelar [el|la|en|con|al|mi]
"""

INNOCENT_EN = """
[stop by|stopping by|non stop|stop light|stop lights|stop sign|bus stop|pit stop|full stop|one stop|short stop|stop at|stop in|cant stop|cannot stop|stop over]
cancel [my|the|an|our] [appointment|visit|order|reservation|booking|meeting|test drive|loan|deal]
"""

INNOCENT_PT = """
cancelar [a|minha|uma|o|meu|um] [visita|compra|reserva|reuniao|consulta|pedido|agendamento|horario|financiamento|pagamento|test drive]
"""

_BLOCKS = (
    (OUT_ES_SENTENCE, Kind.OPT_OUT, Reach.SENTENCE, "es"),
    (OUT_ES, Kind.OPT_OUT, Reach.ANYWHERE, "es"),
    (OUT_EN_SENTENCE, Kind.OPT_OUT, Reach.SENTENCE, "en"),
    (OUT_EN, Kind.OPT_OUT, Reach.ANYWHERE, "en"),
    (OUT_PT_SENTENCE, Kind.OPT_OUT, Reach.SENTENCE, "pt"),
    (OUT_PT, Kind.OPT_OUT, Reach.ANYWHERE, "pt"),
    (IN_ES, Kind.OPT_IN, Reach.SENTENCE, "es"),
    (IN_EN, Kind.OPT_IN, Reach.SENTENCE, "en"),
    (IN_PT, Kind.OPT_IN, Reach.SENTENCE, "pt"),
    (COURTESY_ES, Kind.COURTESY, Reach.ANYWHERE, "es"),
    (COURTESY_EN, Kind.COURTESY, Reach.ANYWHERE, "en"),
    (COURTESY_PT, Kind.COURTESY, Reach.ANYWHERE, "pt"),
    (INNOCENT_ES, Kind.INNOCENT, Reach.ANYWHERE, "es"),
    (INNOCENT_EN, Kind.INNOCENT, Reach.ANYWHERE, "en"),
    (INNOCENT_PT, Kind.INNOCENT, Reach.ANYWHERE, "pt"),
)


def patterns() -> list[Builtin]:
    """Every row of the phrase table of a new installation."""
    menu = Builtin(MENU, Kind.OPT_OUT, Reach.MESSAGE, "")
    return [menu] + [
        Builtin(line.strip(), kind, reach, language)
        for block, kind, reach, language in _BLOCKS
        for line in block.strip().splitlines()
    ]
