"""What people write, by hand, with the verdict that a fair reader would give."""

OPT_OUT = """
BAJA
baja
Baja.
¡BAJA!
BAJA 🙏
*BAJA*
_baja_
"baja"
B A J A
B.A.J.A.
bajaaaa
𝗕𝗔𝗝𝗔
ＢＡＪＡ
b​a​j​a
Baja por favor
baja porfa
Hola, baja por favor. Gracias
Buenas tardes, quiero darme de baja, muchas gracias
quiero darme de baja
Quisiera darme de baja por favor
Solicito la baja
quiero que me den de baja
Me pueden dar de baja por favor?
denme de baja
Dame de baja 😡
dar de baja
darme de baja de la lista
Baja de la lista
baja ya!!!
dar de baja mi número
denme de baja el número
me quiero dar de baja
quiero que me saquen de la lista
Quiero dejar de recibir mensajes
baja x favor
ALTO!!! No más
no envíen más mensajes
¿cómo me doy de baja?
no gracias, no me escriban más
retírenme de la lista
ALTO
alto!
Alto, por favor
STOP
Stop.
stop 🛑
STOP. Gracias
Stop. Thank you
S-T-O-P
STOOOOP
stop stop stop
CANCELAR
cancelar suscripción
cancelar mensajes
SALIR
salir de la lista
Quiero salir de esta lista
NO MOLESTAR
no molesten
No me molesten más
no molestar por favor
UNSUBSCRIBE
unsubscribe me please
Ya no quiero
ya no quiero más
Ya no quiero recibir mensajes
no quiero recibir más mensajes
no quiero recibir publicidad, gracias
No quiero más mensajes
NO ME ESCRIBAN MÁS
no me escriban mas
No me escriba más por favor
no me manden más mensajes
No me envíen nada más
no me contacten más
Déjenme en paz
dejen de escribirme
deja de molestar
eliminarme
elimínenme de la lista
Eliminen mi número por favor
borren mi número
bórrenme
sáquenme de la lista
Sácame de su base de datos
REMOVER
parar
Paren ya
desuscribirme
quiero desuscribirme
Baja. No me escriban más.
no gracias, baja
3
3.
 3
(3)
3️⃣
３
3 - BAJA
opt out
Opt-out
please remove me from your list
Remove me
take me off your list
stop all
STOPALL
please stop messaging me
don't text me again
Don’t contact me anymore
do not contact me
no more messages please
leave me alone
I want to unsubscribe
end
Quit
cancel
SAIR
sair da lista
PARAR
Pare, por favor
DESCADASTRAR
quero me descadastrar
me descadastre por favor
Remova meu número
remova-me da lista
me tire da lista, obrigado
não me mande mais mensagens
Não quero mais receber mensagens
nao quero mais
pare de me enviar mensagens
quero parar de receber mensagens
parem de mandar mensagem
não perturbe
me deixe em paz
Bom dia, cancelar inscrição, obrigada
Olá, quero sair por favor
"""

OPT_IN = """
ALTA
alta por favor
Alta 🙂
darme de alta
Hola, quiero darme de alta, gracias
START
Start.
unstop
SUSCRIBIR
suscribirme
Quiero suscribirme
quiero volver a recibir mensajes
VOLVER
reactivar
subscribe
please subscribe me
opt in
sign me up again
voltar
Quero voltar a receber mensagens
me inscrever
"""

HELD = """
Hola, vi su aviso del Corolla pero prefiero que me den de baja de esta lista porque ya compré
Por favor no me den de baja
no quiero darme de baja
no me den de baja
No baja
Soy Juan, baja por favor
BAJA ya compré auto en otra parte
Ya compré auto, no me escriban más por favor
STOP ya no tengo el auto
Hola. ALTO. Ya vendí el vehículo
el auto está dado de baja, quiero dar de baja también estos mensajes
quiero cancelar
quiero cancelar mi suscripción a sus ofertas de autos
no cancelar
stop, vendo mi auto a otro
don't stop
please stop sending me offers about the Toyota, I sold it
I would like to be removed: remove me from the list of Toyota owners
unsubscribe my brother too
unsubscribe me from the promotions but keep the invoices
no me llamen, escríbanme por WhatsApp
Esto es acoso, déjenme en paz o los denuncio
Estoy en el trabajo, no molestar en la mañana
quiero salir de la lista de ofertas de camionetas
baja alta
stop www.ejemplo.cl
Não me mande mais mensagens sobre carros usados
Vendi o carro, podem descadastrar meu telefone
Sair. Já comprei outro carro
Ya no quiero. Vendí el auto ayer
"""

NOTHING = """

🙂
...
👍🏽
hola
Hola, buenas tardes
gracias
no gracias
ok
sí
no
info
INFO
1
2
33
333
3000000
3 autos
tengo 3 autos
opción 3 me interesa
a las 3
3 por favor
quiero bajar el precio
¿Puede bajar el precio?
bájame el precio
no quiero la baja calidad
¿Me baja el precio?
si baja a 8 millones lo compro
¿Cuánto baja por pago al contado?
baja el precio y conversamos
el dólar va a la baja
es de gama baja
Es un auto de baja gama
vivo en la planta baja
la oferta más baja que acepto es 7 millones
Su oferta es muy baja
tiene baja cilindrada
¿La 4x4 tiene alta y baja?
¿tiene reductora, alta o baja?
¿Tiene luz baja LED?
la cuota baja o se mantiene
si la tasa baja me avisa
rebaja
¿me baja 500 lucas?
no baja de 8 millones
¿no baja nada?
la suspensión es baja
la batería está baja
si la bencina baja me lo llevo
soy baja, ¿llego a los pedales?
¿qué tan baja queda la cuota?
no puedo parar de pensar en ese auto
¿me hace una rebaja?
bajaron los precios
trabaja el sábado?
el precio es muy alto
muy alto
está caro, muy alto el precio
tengo un Suzuki Alto 2015
Suzuki, Alto, 2012
¿es alto el kilometraje?
gama alta
¿tiene start stop?
Start/Stop
¿Viene con sistema Start & Stop?
no funciona la luz de stop
cambio de focos stop
I'll stop by tomorrow
can I cancel my appointment?
quiero cancelar mi cita
necesito cancelar la hora de mañana
¿Cuánto debo cancelar de pie?
¿puedo cancelar en cuotas?
quiero cancelar el pie con transferencia
voy a salir de vacaciones
¿A qué hora puedo salir a probar el auto?
¿se puede parar en doble fila?
ya no quiero vender
ya no quiero el Toyota, quiero el Mazda
no me interesa
no quiero molestar, pero ¿sigue disponible?
¿me escriben más tarde?
escríbanme más tarde
no more questions, thanks
the end of the month works
front end damage
remove the dents please
I quit smoking
quero vender meu carro
posso sair para testar o carro?
quero cancelar a visita
volveré mañana
quiero volver a ver el auto
¿cuándo vuelven?
mira https://ejemplo.cl/baja
escríbame a stop@ejemplo.cl
www.baja.cl
stopper
bajada
paralelo
Busco un auto para mi hija, ¿tienen algo barato?
Me interesa el Corolla 2018
"""


def cases() -> list[tuple[str, str]]:
    """Pairs of a text and its expected verdict."""
    tables = {"opt_out": OPT_OUT, "opt_in": OPT_IN, "held": HELD, "nothing": NOTHING}
    return [
        (line, verdict)
        for verdict, table in tables.items()
        for line in table.removeprefix("\n").removesuffix("\n").split("\n")
    ]
